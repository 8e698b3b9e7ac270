import { lazy } from '../../../util/async.ts';
import {
  findLicense,
  indexGrams,
  mayContain,
  sampleGrams,
  type LicenseMatch,
} from './compare-license.ts';
import { namedLicenses } from './license-names.ts';
import { licenseWords } from './license-words.ts';
import { decodeWordNumbers } from './word-numbers.ts';

const unknownWord = 0xffff;

/** Loaded for the first licence file of a run. */
const knownLicenses = lazy(async () => {
  const { licenseTexts } = await import('./license-texts.data.ts');
  const numbers = new Map(licenseTexts.vocabulary.split(' ').map((word, number) => [word, number]));
  const licenses = licenseTexts.texts.map((text) => {
    const license = { ...text, words: decodeWordNumbers(text.words) };
    return { ...license, sample: sampleGrams(license) };
  });
  const decisive = new Set([...decisiveWords].flatMap((word) => numbers.get(word) ?? []));
  return { numbers, licenses, isDecisive: (word: number) => decisive.has(word) };
});

/** Words that change what a licence grants, or state that it is not the only one. */
const decisiveWords = new Set(
  `academic additional additionally advertising agreement agree also although applies approval clause clauses commercial
  commercially conditions confidential consent denied different dual either ethical evaluation except excluding
  exception exceptions exclusively exempt fee fees following forbidden grant granted grants however included includes
  including internal military must never no non noncommercial nonprofit none nor not nuclear obligation only option
  otherwise parts patent patents pay payment permission permitted personal portions private prohibit prohibited
  proprietary purchase reserve restrict restricted restriction restrictions royalty sell selling separately shall some
  subject sublicense third trademark trademarks trial unauthorized unless unlawful warranty without`
    .trim()
    .split(/\s+/),
);
const otherLicense =
  /\b(?:apache|bsd|[al]?gpl\w*|gnu|mozilla|mpl|creative commons|eclipse|epl|eula)\b/;
/** Names of authors and projects, a title, a date. */
const maxRest = 60;

interface Found extends LicenseMatch {
  readonly identifier: string;
}

/**
 * Returns the SPDX expression of a licence text. Several texts in a file all apply (AND). Null if the file contains
 * no known licence, or more than licences: conditions, exceptions, references to other licences.
 */
export async function identifyLicense(text: string): Promise<string | null> {
  const words = licenseWords(text);
  if (words.length < 8) return null;
  const { numbers, licenses, isDecisive } = await knownLicenses();
  const numbered = Uint16Array.from(words, (word) => numbers.get(word) ?? unknownWord);
  const grams = indexGrams(numbered);
  const matches: Found[] = licenses
    .filter(({ sample }) => mayContain(grams, sample))
    .flatMap((license) => {
      const { identifier } = license;
      const all = findLicense(numbered, grams, license, isDecisive);
      return all.map((match) => ({ ...match, identifier }));
    });
  const found = withoutOverlaps(matches);
  if (found.length === 0) return null;
  const identifiers = new Set(found.map(({ identifier }) => identifier));
  if (!isInsignificant(restOf(words, found), identifiers)) return null;
  return expressionOf(identifiers);
}

/** Of matches that overlap, the longest: many licences contain most of a shorter one. */
function withoutOverlaps(matches: readonly Found[]): Found[] {
  const chosen: Found[] = [];
  const byLength = [...matches].sort(
    (a, b) => b.to - b.from - b.edits - (a.to - a.from - a.edits) || a.edits - b.edits,
  );
  for (const match of byLength) {
    if (chosen.every(({ from, to }) => match.to <= from || match.from >= to)) chosen.push(match);
  }
  return chosen.sort((a, b) => a.from - b.from);
}

function restOf(words: readonly string[], found: readonly Found[]): string {
  const rest: string[] = [];
  let at = 0;
  for (const { from, to, identifier } of found) {
    // The parameters of this licence come before its terms.
    if (!(identifier === 'BUSL-1.1' && at === 0)) rest.push(...words.slice(at, from));
    at = to;
  }
  rest.push(...words.slice(at));
  return rest.join(' ');
}

function isInsignificant(rest: string, identifiers: ReadonlySet<string>): boolean {
  const { found, rest: other } = namedLicenses(rest);
  const words = other.split(' ').filter((word) => word !== '');
  return (
    words.length <= maxRest &&
    !words.some((word) => decisiveWords.has(word)) &&
    found.every((license) => identifiers.has(license)) &&
    !otherLicense.test(withoutTitles(other, identifiers))
  );
}

/** Removes words of the title, such as "GNU GPL". */
const withoutTitles = (rest: string, identifiers: ReadonlySet<string>): string => {
  const titles = [...identifiers].flatMap((identifier) =>
    identifier.toLowerCase().split(/[^a-z]+/),
  );
  const isCreativeCommons = [...identifiers].every((identifier) => identifier.startsWith('CC'));
  return rest
    .replace('creative commons', isCreativeCommons ? '' : '$&')
    .split(' ')
    .filter(
      (word) =>
        !titles.includes(word) &&
        !(word === 'gnu' && titles.some((title) => title.endsWith('gpl'))),
    )
    .join(' ');
};

function expressionOf(identifiers: Set<string>): string {
  // The text of a licence, and the notice that grants it.
  for (const identifier of identifiers) {
    if (identifier.endsWith('-or-later'))
      identifiers.delete(identifier.slice(0, -'-or-later'.length));
  }
  // The LGPL is an addition to the GPL.
  if (identifiers.has('LGPL-3.0')) identifiers.delete('GPL-3.0');
  if (identifiers.has('LLVM-exception') && identifiers.has('Apache-2.0')) {
    return combine(identifiers, 'Apache-2.0', 'LLVM-exception');
  }
  return [...identifiers].join(' AND ');
}

const combine = (identifiers: ReadonlySet<string>, license: string, exception: string): string =>
  [...identifiers]
    .filter((one) => one !== exception)
    .map((one) => (one === license ? `${license} WITH ${exception}` : one))
    .join(' AND ');
