import { clineDataDir } from '../cline-cli/index.ts';
import { taskAgent } from '../vscode-tasks/task-agent.ts';

/**
 * The providers whose counts Cline stores as it gets them, with cached tokens in the input; it subtracts them for all
 * others (cline/cline, src/core/api/providers/, of November 2025).
 */
const providersWithCacheInInput: ReadonlySet<string> = new Set(
  // prettier-ignore
  ['openai', 'fireworks', 'doubao', 'hicap', 'litellm', 'lmstudio', 'oca', 'qwen', 'requesty', 'xai', 'zai'],
);

/** Cline in VS Code and its derivatives, up to version 3. Later versions write the sessions of Cline CLI. */
export const cline = taskAgent({
  name: 'cline',
  extension: 'saoudrizwan.claude-dev',
  otherDirs: (system) => [clineDataDir(system)],
  inputContainsCache: ({ provider }) => providersWithCacheInInput.has(provider),
});
