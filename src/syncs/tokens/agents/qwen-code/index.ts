import { resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { excludeRows } from './exclude-rows.ts';
import { createChatParser } from './parse-chat.ts';
import { createLedgerParser } from './parse-ledger.ts';

/**
 * Qwen Code. It writes the responses of a session to its chat and, in newer versions, with all other requests to
 * a ledger per month; see `excludeRows`.
 */
export const qwenCode = {
  name: 'qwen-code',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'lines',
      isLog: (fileName, dir) =>
        /^token-usage-\d{4}-\d{2}\.jsonl$/.test(fileName) && /[/\\]usage$/.test(dir),
      markers: ['"inputTokens"'],
      mixesProjects: true,
      createParser: createLedgerParser,
    },
    {
      type: 'lines',
      isLog: (fileName, dir) => fileName.endsWith('.jsonl') && /[/\\]chats$/.test(dir),
      markers: ['"usageMetadata"'],
      createParser: createChatParser,
    },
  ],
  excludeRows,
} as const satisfies Agent;

/**
 * `QWEN_RUNTIME_DIR`, else `QWEN_HOME`, else `~/.qwen` (QwenLM/qwen-code, packages/core/src/config/storage.ts). A
 * directory from the settings of Qwen Code must be configured.
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const { QWEN_RUNTIME_DIR: runtimeDir, QWEN_HOME: qwenHome } = system.env;
  const paths =
    directories.length > 0
      ? directories
      : [resolve(expandHome(runtimeDir || qwenHome || '~/.qwen', system))];
  return [...locationsIn(paths, 'projects'), ...locationsIn(paths, 'usage')];
}
