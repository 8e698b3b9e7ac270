import { resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { createWireParser } from './parse-wire.ts';

const agentDir = /[/\\]agents[/\\][^/\\]+$/;

/**
 * Kimi Code. Sessions that it imported from Kimi CLI count for Kimi CLI alone: the import writes their messages
 * without any `usage.record` (MoonshotAI/kimi-code, packages/migration-legacy/src/sessions/wire-writer.ts). What
 * is added to an imported session later is counted here.
 */
export const kimiCode = {
  name: 'kimi-code',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'lines',
      isLog: (fileName, dir) => fileName === 'wire.jsonl' && agentDir.test(dir),
      markers: ['"usage.record"', '"llm.request"'],
      createParser: createWireParser,
    },
  ],
} as const satisfies Agent;

function locations({ directories, system }: LocationContext): readonly Location[] {
  const { KIMI_CODE_HOME: codeHome } = system.env;
  const paths =
    directories.length > 0
      ? directories
      : [resolve(expandHome(codeHome || '~/.kimi-code', system))];
  return locationsIn(paths, 'sessions');
}
