/** The words of a known licence, and those of a text, as numbers; -1 is a word that no licence contains. */
type Words = ArrayLike<number>;

/** A part of a text that contains a known licence. */
export interface LicenseMatch {
  readonly from: number;
  readonly to: number;
  /** Words that differ. */
  readonly edits: number;
}

/** Consecutive words that are searched for at once. */
const gramLength = 4;
const probes = 24;
/** A title before the first sentence of a licence, and words at its end, need not be there. */
const maxTitle = 16;
/** Words within which both texts must be equal again after a difference. */
const maxGap = 12;
/** Of the words of a licence, as of the Dice coefficient that licensee requires (98 %). */
const maxEdits = 0.02;
const minEdits = 2;

/** The positions of all sequences of `gramLength` words in a text, by hash. */
export type GramIndex = ReadonlyMap<number, readonly number[]>;

const maxPositions = 8;

export function indexGrams(text: Words): GramIndex {
  const positions = new Map<number, number[]>();
  for (let at = 0; at + gramLength <= text.length; at += 1) {
    const gram = gramAt(text, at);
    const known = positions.get(gram);
    if (known === undefined) positions.set(gram, [at]);
    else if (known.length < maxPositions) known.push(at);
  }
  return positions;
}

/** A hash of the words at a position. Collisions only cost time: the words themselves are compared later. */
function gramAt(words: Words, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < gramLength; offset += 1) {
    hash = Math.imul(hash ^ (words[at + offset] ?? 0), 0x9e3779b1) + 1;
    hash ^= hash >>> 15;
  }
  return hash;
}

/** A sample of the essential sequences of words of a licence. */
export function sampleGrams({ words, from, to }: KnownLicense): ReadonlySet<number> {
  const step = Math.max(1, (to - from - gramLength) / probes);
  const sample = new Set<number>();
  for (let at = from; at + gramLength <= to; at += step) sample.add(gramAt(words, Math.floor(at)));
  return sample;
}

/** Whether a text contains enough of a sample for a comparison to be worthwhile. */
export function mayContain(grams: GramIndex, sample: ReadonlySet<number>): boolean {
  let missing = Math.floor(sample.size / 3);
  for (const gram of sample) {
    if (grams.has(gram)) continue;
    missing -= 1;
    if (missing < 0) return false;
  }
  return true;
}

export interface KnownLicense {
  readonly identifier: string;
  readonly words: Words;
  /** The essential part: what is before and after it may be missing. */
  readonly from: number;
  readonly to: number;
}

/**
 * Finds a licence in a text: its words in order, apart from a few differences, none of which negates or restricts
 * anything (`isDecisive`). Takes time proportional to the length of the licence.
 */
export function findLicense(
  text: Words,
  grams: GramIndex,
  license: KnownLicense,
  isDecisive: (word: number) => boolean,
): LicenseMatch[] {
  const matches: LicenseMatch[] = [];
  const tried = new Set<number>();
  for (const first of license.from === 0 ? [0] : [0, license.from]) {
    for (let start = first; start <= first + maxTitle; start += 1) {
      for (const from of grams.get(gramAt(license.words, start)) ?? []) {
        // Without this, each word of the title would begin another comparison of the same texts.
        if (tried.has(from - start)) continue;
        tried.add(from - start);
        const match = align({ text, from, license, start, isDecisive });
        if (match !== null) matches.push(match);
      }
    }
  }
  return matches;
}

/** Compares a text with a licence word by word, from the word `start` of the licence at `from` in the text. */
function align(options: {
  readonly text: Words;
  readonly from: number;
  readonly license: KnownLicense;
  readonly start: number;
  readonly isDecisive: (word: number) => boolean;
}): LicenseMatch | null {
  const { text, from, license, start, isDecisive } = options;
  const { words } = license;
  const budget = Math.max(minEdits, Math.floor((license.to - license.from) * maxEdits));
  const hasDecisive = (all: Words, first: number, count: number): boolean =>
    Array.from({ length: count }, (_, offset) => all[first + offset] ?? -1).some(isDecisive);
  let complete: LicenseMatch | null = null;
  let edits = 0;
  let at = from;
  for (let word = start; ;) {
    if (word >= license.to) complete = { from, to: at, edits };
    if (word >= words.length) return complete;
    if (at < text.length && text[at] === words[word]) {
      at += 1;
      word += 1;
      continue;
    }
    const gap = nextEqual(text, at, words, word);
    if (gap === null) return complete;
    edits += Math.max(gap.inText, gap.inLicense);
    if (edits > budget) return complete;
    if (hasDecisive(text, at, gap.inText) || hasDecisive(words, word, gap.inLicense)) {
      return complete;
    }
    at += gap.inText;
    word += gap.inLicense;
  }
}

/** Finds the shortest gap after which three words are equal again. */
function nextEqual(
  text: Words,
  at: number,
  license: Words,
  word: number,
): { readonly inText: number; readonly inLicense: number } | null {
  for (let length = 1; length <= 2 * maxGap; length += 1) {
    for (
      let inText = Math.max(0, length - maxGap);
      inText <= Math.min(length, maxGap);
      inText += 1
    ) {
      const inLicense = length - inText;
      let equal = 0;
      while (
        equal < 3 &&
        at + inText + equal < text.length &&
        text[at + inText + equal] === license[word + inLicense + equal]
      ) {
        equal += 1;
      }
      // Fewer at the end of the licence.
      if (equal === 3 || (equal > 0 && word + inLicense + equal === license.length)) {
        return { inText, inLicense };
      }
    }
  }
  return null;
}
