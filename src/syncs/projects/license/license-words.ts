/** More than any licence; the rest of a longer file is not compared. */
export const maxLicenseLength = 256 * 1024;

/** Words that are spelled in more than one way (SPDX matching guideline 7, "varietal word spelling"). */
const spellings: Readonly<Record<string, string>> = {
  acknowledgement: 'acknowledgment',
  acknowledgements: 'acknowledgments',
  authorisation: 'authorization',
  authorised: 'authorized',
  favour: 'favor',
  fulfil: 'fulfill',
  judgement: 'judgment',
  licence: 'license',
  licenced: 'licensed',
  licences: 'licenses',
  licencing: 'licensing',
  merchantibility: 'merchantability',
  organisation: 'organization',
  organisations: 'organizations',
  owner: 'holder',
  owners: 'holders',
  recognised: 'recognized',
  sublicence: 'sublicense',
  whilst: 'while',
};

/** The first words of passages that each licensor fills in, and the words that end them. */
const variablePassages = [
  ['neither the name', 'may be used to endorse'],
  ['neither the names', 'may be used to endorse'],
  ['software is provided by', 'as is'],
  ['as is and', 'disclaim'],
  ['as is and', 'disclaims'],
  ['in no event shall', 'be liable'],
  ['in no event will', 'be liable'],
].map(([start = '', end = '']) => ({ start: start.split(' '), end: end.split(' ') }));
const maxPassage = 30;
const condition = /^(?:not|must|unless|except|without|commercial|sell|permission|only)$/;

const copyrightLine = /^(?:portions )?(?:copyright|\(c\))(?:ed)?(?: |:|$)/;
/** Sentences of licences also begin a line with "copyright". */
const copyrightProse =
  /^copyright (?:and|in|or|holder|holders|owner|owners|owner's|law|laws|license|licensee|notice|notices|interest|interests|statement|statements|to|for|is|protection|right|rights|ownership|status|permission|act|treaty|as|by law|under|that)\b/;
const substance =
  /licen[sc]|permi|commerc|grant|warrant|prohibit|propriet|\bnot?\b|\buse\b|\bmay\b/;
const allRights = /\ball rights? reserved\b/;
/** The bullet of a list item, or the prefix of a comment or quotation. */
const prefix = /^[\s>*#/;|%!~+=_.-]+/;
const bullet = /^\(?(?:[a-z]|\d{1,2}(?:\.\d{1,2}){0,3}|[ivx]{1,5})[.)](?=\s)/;

/**
 * Returns the words of a licence text without what has no meaning by the SPDX matching guidelines
 * (spdx.github.io/spdx-spec/v2.3/license-matching-guidelines-and-templates): case, white space, punctuation, bullets,
 * comment prefixes, spelling variants, copyright notices, and passages with the name of the licensor.
 */
export function licenseWords(text: string): string[] {
  const words: string[] = [];
  const lowerCase = text
    .slice(0, maxLicenseLength)
    .toLowerCase()
    .replace(/[’‘`]/g, "'")
    .replace(/[‐‑‒–—]/g, '-')
    .replaceAll('©', '(c)')
    .replace(/[“”„«»•·…]/g, ' ')
    // The address of a Markdown link.
    .replace(/\]\([^()\s\]]{0,300}\)/g, ' ')
    .replace(/\bhttps?:\/\//g, ' ')
    .replace(/(?<=[a-z])-\n\s{0,20}(?=[a-z])/g, '-');
  for (const raw of lowerCase.split(/\r\n?|\n/)) {
    const line = raw.replace(prefix, '').replace(bullet, '').trim();
    if (isCopyrightNotice(line)) continue;
    for (const [word] of line
      .replace(/(?<=[a-z])[-'](?=[a-z])/g, '')
      .matchAll(/[a-z0-9\u0080-\uffff]+/g)) {
      words.push(Object.hasOwn(spellings, word) ? (spellings[word] ?? word) : word);
    }
  }
  return withoutVariablePassages(words);
}

function isCopyrightNotice(line: string): boolean {
  if (line.length > 400) return false;
  const rest = line.replace(allRights, '').trim();
  if (rest.replace(/[^a-z]/g, '') === '') return true;
  return copyrightLine.test(rest) && !copyrightProse.test(rest) && !substance.test(rest);
}

function withoutVariablePassages(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    kept.push(words[at] ?? '');
    for (const { start, end } of variablePassages) {
      if (!isAt(words, at - start.length + 1, start)) continue;
      const to = findFrom(words, at + 1, end);
      // A condition is not a name.
      if (to !== -1 && !words.slice(at + 1, to).some((word) => condition.test(word))) {
        at = to - 1;
        break;
      }
    }
  }
  return kept;
}

const isAt = (words: readonly string[], at: number, expected: readonly string[]): boolean =>
  at >= 0 && expected.every((word, offset) => words[at + offset] === word);

function findFrom(words: readonly string[], from: number, expected: readonly string[]): number {
  for (let at = from; at <= Math.min(from + maxPassage, words.length); at += 1) {
    if (isAt(words, at, expected)) return at;
  }
  return -1;
}
