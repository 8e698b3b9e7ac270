import { taskAgent } from '../vscode-tasks/task-agent.ts';
import type { TaskRequest } from '../vscode-tasks/parse-task.ts';

const releaseMs = Date.parse('2025-11-01T00:00:00Z');

/**
 * Since 3.29.5, `tokensIn` is the complete prompt for all providers (RooCodeInc/Roo-Code#8954). Before that it was so for
 * the OpenAI protocol only (RooCodeInc/Roo-Code#9224). Tasks do not contain the version, so the day of the release decides:
 * for a request of an older version after that day, the input is a lower bound.
 */
export const inputContainsCache = ({ timeMs, apiProtocol }: TaskRequest): boolean =>
  timeMs >= releaseMs || apiProtocol === 'openai';

/** Roo Code. */
export const rooCode = taskAgent({
  name: 'roo-code',
  extension: 'rooveterinaryinc.roo-cline',
  inputContainsCache,
});
