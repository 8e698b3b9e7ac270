import type { TokenCounts } from '../../schema/tokens.ts';

export type Counts = Readonly<TokenCounts>;

export const noTokens: Counts = {
  input: 0,
  output: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  webSearches: 0,
};

/** Returns the sum, limited to what a number represents exactly. */
export const addCounts = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

export const addTokens = (a: Counts, b: Counts): TokenCounts => ({
  input: addCounts(a.input, b.input),
  output: addCounts(a.output, b.output),
  cacheWrite5m: addCounts(a.cacheWrite5m, b.cacheWrite5m),
  cacheWrite1h: addCounts(a.cacheWrite1h, b.cacheWrite1h),
  cacheRead: addCounts(a.cacheRead, b.cacheRead),
  webSearches: addCounts(a.webSearches, b.webSearches),
});

/** All input tokens, cached or not. */
export const promptTokens = (counts: Counts): number =>
  counts.input + counts.cacheWrite5m + counts.cacheWrite1h + counts.cacheRead;

/** All tokens; web searches are not tokens. */
export const totalTokens = (counts: Counts): number => promptTokens(counts) + counts.output;
