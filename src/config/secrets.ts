import { lstat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { errnoOf, UserError } from '../errors.ts';
import { FileError, readRegularFile } from '../files.ts';
import type { System } from '../system.ts';
import type { Workspace } from '../workspace.ts';

/** What the syncs take from the environment or `data/config/.env`. */
const secretNames: readonly string[] = ['ANTHROPIC_ADMIN_KEY', 'ANTHROPIC_ORG_ID'];
/** Not secret: it may be told. */
const publicNames: readonly string[] = ['ANTHROPIC_ORG_ID'];

/**
 * The secrets of these names that there are: the environment first, then `data/config/.env`.
 * Throws `UserError` SECRETS when others than the owner can read that file.
 */
export async function readSecrets(
  workspace: Workspace,
  system: System,
  names = secretNames,
): Promise<Readonly<Record<string, string>>> {
  const file = await readEnvFile(workspace.secrets, system);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = system.env[name] || file[name];
      return value ? [[name, value] as const] : [];
    }),
  );
}

async function readEnvFile(
  path: string,
  { self, platform }: System,
): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    const { mode, uid } = await lstat(path);
    if (platform !== 'win32') {
      if (uid !== self.uid && uid !== 0) {
        throw new UserError('SECRETS', `${path}: belongs to another user`, {
          hint: `chown ${String(self.uid)} '${path}'`,
        });
      }
      if ((mode & 0o077) !== 0) {
        throw new UserError('SECRETS', `${path}: holds secrets, but others can read it`, {
          hint: `chmod 600 '${path}'`,
        });
      }
    }
    const file = await readRegularFile(path, { maxBytes: 64 * 1024 });
    return file === null ? {} : parseEnv(file.bytes.toString('utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    if (error instanceof FileError) {
      throw new UserError('SECRETS', error.message, {
        hint: `make ${path} a regular file that only you can read`,
      });
    }
    throw error;
  }
}

/** Replaces every secret, also base64- and URL-encoded, by `***`; for all text that leaves the program. */
export function redactor(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const needles = Object.entries(secrets)
    .filter(([name, value]) => !publicNames.includes(name) && value.length >= 8)
    .flatMap(([, value]) => [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(value),
    ]);
  return (text) => needles.reduce((clean, needle) => clean.replaceAll(needle, '***'), text);
}
