/** Returns the first captured group of the first match, or null. */
export const firstGroup = (text: string, pattern: RegExp): string | null =>
  groupOf(pattern.exec(text));

/** Returns the first captured group of every match; the pattern must be global. */
export const allGroups = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), (match) => groupOf(match) ?? '');

const groupOf = (match: RegExpExecArray | null): string | null =>
  match?.slice(1).find((group): group is string => (group as string | undefined) !== undefined) ??
  null;
