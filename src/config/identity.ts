import { stat } from 'node:fs/promises';
import { errnoOf } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import type { Workspace } from './workspace.ts';

/** A text that changes whenever the configuration file is edited or replaced; `none` without one. */
export async function configIdentity({ config }: Workspace): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(config, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].map(String).join('-');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none';
    throw toFileError(error, config);
  }
}
