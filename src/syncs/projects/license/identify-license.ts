interface KnownText {
  readonly license: string;
  /** Phrases that the text must contain, in lower case with single spaces. */
  readonly has: readonly string[];
  /** Phrases of related licences that it must not contain. */
  readonly lacks?: readonly string[];
  /** The phrase is the title: only the beginning is searched, because licences mention each other by name. */
  readonly titled?: true;
}

const bsd = 'redistribution and use in source and binary forms, with or without modification';
const endorsement = 'endorse or promote products';
const advertising = 'all advertising materials mentioning features';
const noPatents = "no express or implied licenses to any party's patent rights";
const mit = 'permission is hereby granted, free of charge, to any person obtaining a copy';
const mitNotice = 'the above copyright notice and this permission notice shall be included';
const isc = 'permission to use, copy, modify, and/or distribute this software for any purpose';
const iscNotice = 'provided that the above copyright notice and this permission notice appear';
const gnu = (license: string, title: string): KnownText => ({
  license,
  has: [title],
  titled: true,
});

/** Distinctive phrases of common licences, from their texts at spdx.org/licenses. */
const knownTexts: readonly KnownText[] = [
  {
    license: 'MIT',
    has: [mit, mitNotice],
    lacks: ['except as contained in this notice', 'shall be used for good, not evil'],
  },
  { license: 'MIT-0', has: [mit], lacks: [mitNotice, 'subject to the following conditions'] },
  { license: 'ISC', has: [isc, iscNotice] },
  { license: '0BSD', has: [isc], lacks: [iscNotice] },
  { license: 'BSD-2-Clause', has: [bsd], lacks: [endorsement, advertising, 'patent'] },
  { license: 'BSD-3-Clause', has: [bsd, endorsement], lacks: [advertising, 'patent'] },
  { license: 'BSD-3-Clause-Clear', has: [bsd, endorsement, noPatents] },
  { license: 'BSD-4-Clause', has: [bsd, endorsement, advertising] },
  {
    license: 'Apache-2.0',
    has: ['apache license version 2.0, january 2004'],
    lacks: ['llvm exceptions to the apache 2.0 license'],
  },
  {
    license: 'Apache-2.0 WITH LLVM-exception',
    has: ['apache license version 2.0, january 2004', 'llvm exceptions to the apache 2.0 license'],
  },
  // The text does not state "only" or "or later", the source files do: hence the name without either.
  gnu('GPL-2.0', 'gnu general public license version 2, june 1991'),
  gnu('GPL-3.0', 'gnu general public license version 3, 29 june 2007'),
  gnu('LGPL-2.0', 'gnu library general public license version 2, june 1991'),
  gnu('LGPL-2.1', 'gnu lesser general public license version 2.1, february 1999'),
  gnu('LGPL-3.0', 'gnu lesser general public license version 3, 29 june 2007'),
  gnu('AGPL-3.0', 'gnu affero general public license version 3, 19 november 2007'),
  { license: 'MPL-2.0', has: ['mozilla public license version 2.0'], titled: true },
  { license: 'EPL-2.0', has: ['eclipse public license - v 2.0'], titled: true },
  { license: 'EUPL-1.2', has: ['european union public licence v. 1.2'], titled: true },
  {
    license: 'Unlicense',
    has: ['this is free and unencumbered software released into the public domain'],
  },
  { license: 'CC0-1.0', has: ['cc0 1.0 universal'], titled: true },
  { license: 'CC-BY-4.0', has: ['attribution 4.0 international'], titled: true },
  { license: 'CC-BY-SA-4.0', has: ['attribution-sharealike 4.0 international'], titled: true },
  { license: 'BSL-1.0', has: ['boost software license - version 1.0'] },
  {
    license: 'Zlib',
    has: ['altered source versions must be plainly marked as such'],
    lacks: ['png reference library'],
  },
  { license: 'Artistic-2.0', has: ['the artistic license 2.0'], titled: true },
  { license: 'BlueOak-1.0.0', has: ['blue oak model license version 1.0.0'], titled: true },
  { license: 'OFL-1.1', has: ['sil open font license version 1.1 - 26 february 2007'] },
  { license: 'WTFPL', has: ['do what the fuck you want to public license'] },
  { license: 'BUSL-1.1', has: ['business source license 1.1'], titled: true },
  { license: 'Elastic-2.0', has: ['elastic license 2.0'], titled: true },
  { license: 'SSPL-1.0', has: ['server side public license version 1, october 16, 2018'] },
];

const titleLength = 400;
/** Longer than any single licence. */
const maxLength = 128 * 1024;

/**
 * Returns the SPDX identifier of a licence text, found by phrases that no other licence contains. Null if
 * the licence is unknown or if the text contains several licences.
 */
export function identifyLicense(text: string): string | null {
  const normal = text
    .slice(0, maxLength)
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^a-z0-9.,'/-]+/g, ' ')
    .trim();
  const title = normal.slice(0, titleLength);
  const found = knownTexts.filter(
    ({ has, lacks = [], titled }) =>
      has.every((phrase) => (titled === true ? title : normal).includes(phrase)) &&
      !lacks.some((phrase) => normal.includes(phrase)),
  );
  return found.length === 1 ? (found[0]?.license ?? null) : null;
}
