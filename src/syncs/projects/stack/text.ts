/** The first group of the first match, or null. */
export const firstMatch = (text: string, pattern: RegExp): string | null =>
  pattern.exec(text)?.[1] ?? null;

/** The first group of every match; the pattern is global. */
export const matches = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), (match) => match[1] ?? '');
