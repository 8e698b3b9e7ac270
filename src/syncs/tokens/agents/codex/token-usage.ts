import { toCount, toFields } from '../../usage-log/fields.ts';

/** Counts as Codex writes them: `input` contains `cached` and `written`, `output` contains the reasoning. */
export interface TokenUsage {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly total: number;
}

/** Returns null if the value is absent, `'invalid'` if a count is not a whole number of at least 0. */
export function readTokenUsage(value: unknown): TokenUsage | null | 'invalid' {
  if (value === undefined || value === null) return null;
  const fields = toFields(value);
  if (fields === null) return 'invalid';
  const input = toCount(fields['input_tokens']);
  const output = toCount(fields['output_tokens']);
  const usage = {
    input,
    cached: toCount(fields['cached_input_tokens']),
    written: toCount(fields['cache_write_input_tokens']),
    output,
    // Missing in the first versions.
    total: toCount(fields['total_tokens'] ?? input + output),
  };
  return Object.values(usage).every(Number.isSafeInteger) ? usage : 'invalid';
}

export const isSameUsage = (a: TokenUsage, b: TokenUsage): boolean =>
  a.input === b.input &&
  a.cached === b.cached &&
  a.written === b.written &&
  a.output === b.output &&
  a.total === b.total;

export const isZero = ({ input, cached, written, output }: TokenUsage): boolean =>
  input + cached + written + output === 0;

export const addUsage = (a: TokenUsage, b: TokenUsage): TokenUsage => combine(a, b, 1);

/** Returns the growth of a running total; all of `total` if it is smaller and so a new one. */
export function growthOf(total: TokenUsage, previous: TokenUsage): TokenUsage {
  const growth = combine(total, previous, -1);
  return Object.values(growth).every((count) => count >= 0) ? growth : total;
}

const combine = (a: TokenUsage, b: TokenUsage, sign: 1 | -1): TokenUsage => ({
  input: a.input + sign * b.input,
  cached: a.cached + sign * b.cached,
  written: a.written + sign * b.written,
  output: a.output + sign * b.output,
  total: a.total + sign * b.total,
});
