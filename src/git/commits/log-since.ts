import { daySeconds } from './commit-days.ts';

/** So many of the newest commits are read: enough for a large team, and about a second of git. */
export const maxLoggedCommits = 1000;

/** Returns the arguments of git that log the commits of a HEAD since the start of a day, in days since 1970, without merges. */
export const logSince = (oid: string, sinceDay: number, options: readonly string[]): string[] => [
  'log',
  // Otherwise git reads `.mailmap` of the work tree.
  '--no-mailmap',
  '--no-merges',
  ...options,
  `--max-age=${String(sinceDay * daySeconds)}`,
  `--max-count=${String(maxLoggedCommits)}`,
  oid,
];
