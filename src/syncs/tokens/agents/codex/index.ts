import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn, splitPathList } from '../../usage-log/locations.ts';
import { excludeRows } from './exclude-rows.ts';
import { createParser } from './parse-rollout.ts';

const isRollout = (fileName: string): boolean => /^rollout-.*\.jsonl$/.test(fileName);
const zstd = '.zst';

/** Codex: the command line, the desktop app and the extension for VS Code write the same logs. */
export const codex = {
  name: 'codex',
  locations,
  logDirOf: null,
  formats: [
    // The parser reads the start of every line.
    { type: 'lines', isLog: isRollout, markers: [], createParser },
    {
      type: 'lines',
      compression: 'zstd',
      // Codex ignores the compressed file as well while the other one exists (`codex-rs/rollout/src/compression.rs`).
      isLog: (fileName, dir) => {
        const plainName = fileName.slice(0, -zstd.length);
        const isCompressed = fileName.endsWith(zstd) && isRollout(plainName);
        return isCompressed && !existsSync(join(dir, plainName));
      },
      markers: [],
      createParser,
    },
  ],
  excludeRows,
} as const satisfies Agent;

/**
 * Codex writes its logs below `sessions/` of `CODEX_HOME`, else of `~/.codex`, and moves those of archived
 * threads to `archived_sessions/`. Configured directories override these.
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const { env, home } = system;
  const codexHome = env['CODEX_HOME'];
  const defaults = codexHome
    ? splitPathList(codexHome).map((path) => resolve(expandHome(path, system)))
    : [join(home, '.codex')];
  const paths = directories.length > 0 ? directories : defaults;
  return [...locationsIn(paths, 'sessions'), ...locationsIn(paths, 'archived_sessions')];
}
