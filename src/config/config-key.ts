import { stat } from 'node:fs/promises';
import { errnoOf } from '../util/errors.ts';
import { statKey, toFileError } from '../util/fs.ts';
import type { Workspace } from './workspace.ts';

/** Returns a key that changes whenever the configuration file is edited or replaced; `none` without one. */
export async function configKey({ config }: Workspace): Promise<string> {
  try {
    return statKey(await stat(config, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none';
    throw toFileError(error, config);
  }
}
