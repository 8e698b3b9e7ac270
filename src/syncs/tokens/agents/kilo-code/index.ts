import { inputContainsCache } from '../roo-code/index.ts';
import { taskAgent } from '../vscode-tasks/task-agent.ts';

/** Kilo Code up to version 4, derived from Roo Code, whose change of `tokensIn` it has since 4.119. */
export const kiloCode = taskAgent({
  name: 'kilo-code',
  extension: 'kilocode.kilo-code',
  inputContainsCache,
});
