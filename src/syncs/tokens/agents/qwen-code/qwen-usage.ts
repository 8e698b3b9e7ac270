import type { Usage } from '../../usage-log/agent.ts';
import { toUsage } from '../../usage-log/fields.ts';

export interface QwenCounts {
  readonly model: string;
  /** With cached tokens. */
  readonly prompt: number;
  readonly cached: number;
  readonly output: number;
  /** 0 if it is unknown. */
  readonly total: number;
}

/**
 * Returns the usage of a response, null if a count is not a whole number of at least 0. Qwen Code does not report what
 * was written to a cache.
 */
export const qwenUsage = ({ model, prompt, cached, ...counts }: QwenCounts): Usage | null =>
  toUsage({
    vendor: '',
    model,
    input: Math.max(0, prompt - cached),
    output: outputOf({ prompt, ...counts }),
    cacheRead: cached,
    cacheWrite: 0,
  });

/**
 * Returns the output of a response with its reasoning. Depending on the provider, reasoning is inside the output
 * that is reported or beside it; the total contains it once. Without a total the reported output is a lower bound.
 */
const outputOf = ({
  prompt,
  output,
  total,
}: Pick<QwenCounts, 'prompt' | 'output' | 'total'>): number =>
  // An invalid output makes the record invalid.
  total === 0 || Number.isNaN(output) ? output : total - prompt;
