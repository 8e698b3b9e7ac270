import { sanitizePath } from '../../../../util/text.ts';
import type { Usage } from '../../usage-log/agent.ts';
import { toUsage, uncachedInput, unknownModel } from '../../usage-log/fields.ts';

export interface CopilotCounts {
  readonly model: string | null;
  /** With the tokens of the cache. */
  readonly allInput: number;
  /** With reasoning. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reportedCostUsd?: number | null;
}

/** Returns the usage of counts in the meaning of Copilot CLI, null if one is not a whole number of at least 0. */
export function copilotUsage({ model, allInput, ...counts }: CopilotCounts): Usage | null {
  return toUsage({
    vendor: '',
    model: sanitizePath(model ?? unknownModel, 200),
    input: uncachedInput(allInput, counts.cacheRead + counts.cacheWrite),
    ...counts,
  });
}
