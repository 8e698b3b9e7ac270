/** More than any licence; the rest of a longer file is not compared. */
const maxLicenseLength = 256 * 1024;

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
/** Passages that only some copies of a licence contain. */
const optionalPassages = new RegExp(
  [
    // OFL-1.1
    'this license is copied below and is also available with a faq at (?:scripts sil org ofl|openfontlicense org)',
    // CC-BY-4.0
    'the text of the creative commons public licenses is dedicated to the public domain under the cc0 public domain dedication',
    // GPL-2.0
    'this general public license does not permit incorporating your program into proprietary programs if your program is a subroutine library you may consider it more useful to permit linking proprietary applications with the library if this is what you want to do use the gnu (?:lesser|library) general public license instead of this license',
  ].join('|'),
  'g',
);
const condition = /^(?:not|must|unless|except|without|commercial|sell|permission|only)$/;

const copyrightLine = /^(?:portions )?(?:copyright|\(c\))(?:ed)?(?: |:|$)/i;
/** Sentences of licences also begin a line with "copyright", followed by a word in small letters or by one of these. */
const copyrightProse =
  /^copyright (?:and|in|or|holders?|owners?|owner's|laws?|licen[sc]e|licensee|notices?|interests?|statements?|to|for|is|protection|rights?|ownership|status|permission|act|treaty|as|by law|under|that)\b/i;
/** Below such a line, "copyright" begins no notice but is a word of the same sentence. */
const proseLine = /^\S+(?:\s+\S+){6}/;
const copyrightSentence = /^["']?[Cc]opyright (?!by )[a-z]/;
const substance =
  /licen[sc]|permi|commerc|grant|warrant|prohibit|forbid|propriet|restrict|\bnot?\b|\bnever\b|\buse\b|\bmay\b|\bmust\b|\bonly\b|\bsell/i;
const allRights = /\ball rights? reserved\b/i;
/** The bullet of a list item, or the prefix of a comment or quotation. */
const prefix = /^[\s>*#/;|%!~+=_.-]+/;
const bullet = /^\(?(?:[a-z]|\d{1,2}(?:\.\d{1,2}){0,3}|[ivx]{1,5})[.)](?=\s)/i;

/**
 * Returns the words of a licence text without what has no meaning by the SPDX matching guidelines
 * (spdx.github.io/spdx-spec/v2.3/license-matching-guidelines-and-templates): case, white space, punctuation, bullets,
 * comment prefixes, spelling variants, copyright notices, and passages with the name of the licensor.
 */
export function licenseWords(text: string): string[] {
  const words: string[] = [];
  const normalized = text
    .slice(0, maxLicenseLength)
    .replace(/[’‘`]/g, "'")
    .replace(/[‐‑‒–—]/g, '-')
    .replaceAll('©', '(c)')
    .replace(/["“”„«»•·…]/g, ' ')
    // The address of a Markdown link.
    .replace(/\]\([^()\s\]]{0,300}\)/g, ' ')
    .replace(/\bhttps?:\/\//gi, ' ')
    .replace(/(?<=[a-z])-\n\s{0,20}(?=[a-z])/gi, '-');
  let isNotice = false;
  let isProse = false;
  for (const raw of normalized.split(/\r\n?|\n/)) {
    const line = raw.replace(prefix, '').replace(bullet, '').trim();
    isNotice = isCopyrightNotice(line) ? !isProse : isNotice && continuesNotice(line);
    isProse = !isNotice && proseLine.test(line);
    if (isNotice || allRightsOnly(line)) continue;
    for (const [word] of line
      .toLowerCase()
      .replace(/(?<=[a-z])[-'](?=[a-z])/g, '')
      .matchAll(/[a-z0-9\u0080-\uffff]+/g)) {
      words.push(Object.hasOwn(spellings, word) ? (spellings[word] ?? word) : word);
    }
  }
  const essential = withoutVariablePassages(words).join(' ').replace(optionalPassages, ' ');
  return essential.split(' ').filter((word) => word !== '');
}

const isCopyrightNotice = (line: string): boolean =>
  line.length <= 400 &&
  copyrightLine.test(line) &&
  !copyrightProse.test(line) &&
  !copyrightSentence.test(line) &&
  !substance.test(line);

/** Whether a line below a notice belongs to it. */
const continuesNotice = (line: string): boolean =>
  line.length <= 400 && /^[a-z\d<]|\b[Aa]ll rights reserved\b/.test(line) && !substance.test(line);

/** Whether a line contains nothing but "All rights reserved". */
const allRightsOnly = (line: string): boolean =>
  line.length <= 400 && !/[a-z]/i.test(line.replace(allRights, ''));

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
