import { resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { createWireParser } from './parse-wire.ts';
import { logDirOf } from './project-lookup.ts';

/**
 * Kimi CLI. A lower bound, because the requests of compactions are not in its logs. The model is unknown: it is
 * not in the logs either, and the model in `config.toml` may be a later one.
 */
export const kimiCli = {
  name: 'kimi-cli',
  locations,
  logDirOf,
  formats: [
    {
      type: 'lines',
      isLog: (fileName) => fileName === 'wire.jsonl',
      markers: ['"token_usage"'],
      createParser: createWireParser,
    },
  ],
} as const satisfies Agent;

function locations({ directories, system }: LocationContext): readonly Location[] {
  const { KIMI_SHARE_DIR: shareDir } = system.env;
  const paths =
    directories.length > 0 ? directories : [resolve(expandHome(shareDir || '~/.kimi', system))];
  return locationsIn(paths, 'sessions');
}
