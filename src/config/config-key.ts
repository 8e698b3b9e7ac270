import { stat } from 'node:fs/promises';
import { ifExists, statKey } from '../util/fs.ts';
import type { Workspace } from './workspace.ts';

/** Returns a key that changes whenever the configuration file is edited or replaced; `none` without one. */
export async function configKey({ config }: Workspace): Promise<string> {
  const stats = await ifExists(config, (path) => stat(path, { bigint: true }));
  return stats === null ? 'none' : statKey(stats);
}
