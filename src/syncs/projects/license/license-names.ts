/** Names of licences, as words of a normalized text. The first pattern that matches at a position counts. */
const names: readonly (readonly [RegExp, string])[] = (
  [
    ['mit 0|mit no attribution', 'MIT-0'],
    ['(?:the )?(?:mit|expat)(?: expat)?(?: license)?(?: mit)?', 'MIT'],
    ['apache(?: software)?(?: license)?(?: asl)?(?: version)? v?2(?: 0)?', 'Apache-2.0'],
    [
      '(?:bsd )?(?:2|two) clause (?:bsd|license)|bsd (?:2|two) clause|(?:simplified|freebsd) (?:bsd )?license',
      'BSD-2-Clause',
    ],
    [
      '(?:bsd )?(?:3|three) clause (?:bsd|license)|bsd (?:3|three) clause|(?:new|modified|revised) bsd',
      'BSD-3-Clause',
    ],
    ['0bsd|zero clause bsd|bsd zero clause', '0BSD'],
    ['isc(?: license)?', 'ISC'],
    ['(?:mozilla public license|mpl)(?: version)? v?2(?: 0)?|mplv2', 'MPL-2.0'],
    ['(?:eclipse public license|epl)(?: version)? v?2(?: 0)?', 'EPL-2.0'],
    ['unlicense', 'Unlicense'],
    ['cc0(?: 1 0)?', 'CC0-1.0'],
    ['boost software license(?: version)?(?: 1 0)?', 'BSL-1.0'],
    ['wtfpl', 'WTFPL'],
    [
      '(?:gnu )?(?:affero general public license|agpl)(?: agpl)?(?: version)? ?v?3(?: 0)?',
      'AGPL-3.0',
    ],
    [
      '(?:gnu )?(?:lesser general public license|lgpl)(?: lgpl)?(?: version)? ?v?3(?: 0)?',
      'LGPL-3.0',
    ],
    ['(?:gnu )?(?:lesser general public license|lgpl)(?: lgpl)?(?: version)? ?v?2 1', 'LGPL-2.1'],
    ['(?:gnu )?(?:general public license|gpl)(?: gpl)?(?: version)? ?v?3(?: 0)?', 'GPL-3.0'],
    ['(?:gnu )?(?:general public license|gpl)(?: gpl)?(?: version)? ?v?2(?: 0)?', 'GPL-2.0'],
  ] as const
).map(([pattern, license]) => [
  new RegExp(`(?<![a-z0-9])(?:${pattern})(?![a-z0-9])`, 'g'),
  license,
]);

const gnuVersion = /^ (?:or (?:\(?at your option\)? )?(?:any )?later(?: version)?|only)/;

/** The licences that normalized words name, in order, and the words without these names. */
export function namedLicenses(words: string): {
  readonly found: readonly string[];
  readonly rest: string;
} {
  const found: { readonly at: number; readonly license: string }[] = [];
  let rest = words;
  for (const [pattern, license] of names) {
    rest = rest.replace(pattern, (name, at: number) => {
      const version = license.includes('GPL')
        ? gnuVersion.exec(words.slice(at + name.length, at + name.length + 60))?.[0]
        : undefined;
      const suffix = version === undefined ? '' : version.endsWith('only') ? '-only' : '-or-later';
      found.push({ at, license: license + suffix });
      // Positions must stay the same.
      return '#'.repeat(name.length + (version?.length ?? 0)).slice(0, name.length);
    });
  }
  found.sort((a, b) => a.at - b.at);
  return {
    found: [...new Set(found.map(({ license }) => license))],
    rest: rest.replace(/#+/g, ' '),
  };
}
