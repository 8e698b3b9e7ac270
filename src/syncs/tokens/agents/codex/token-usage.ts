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
  const cached = toCount(fields['cached_input_tokens']);
  const written = toCount(fields['cache_write_input_tokens']);
  // Missing in the first versions.
  const total = toCount(fields['total_tokens'] ?? input + output);
  const isInvalid = Number.isNaN(input + output + cached + written + total);
  return isInvalid ? 'invalid' : { input, cached, written, output, total };
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
  const { input, cached, written, output } = growth;
  return Math.min(input, cached, written, output, growth.total) >= 0 ? growth : total;
}

const combine = (a: TokenUsage, b: TokenUsage, sign: 1 | -1): TokenUsage => ({
  input: a.input + sign * b.input,
  cached: a.cached + sign * b.cached,
  written: a.written + sign * b.written,
  output: a.output + sign * b.output,
  total: a.total + sign * b.total,
});
