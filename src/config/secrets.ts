import { lstat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { shellQuote } from '../util/shell.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { FileError, readRegularFile, toFileError } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import { secretNames, secretType } from '../schema/secrets.ts';
import { canOthersRead, readAcl } from './windows-acl.ts';
import type { Workspace } from './workspace.ts';

/**
 * Returns the secrets that are set, from the environment or else from `data/config/.env`. Throws `UserError` with
 * code `secrets` if that file can be read by other users.
 */
export async function readSecrets(
  workspace: Workspace,
  system: System,
  names: readonly string[] = secretNames,
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
  system: System,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { processInfo, platform, env } = system;
  try {
    const { mode, uid } = await lstat(path);
    if (platform === 'win32') {
      const acl = await readAcl(path, system);
      if (acl !== null && canOthersRead(acl)) {
        throw new UserError('secrets', `${path}: contains secrets and can be read by other users`, {
          hint: `icacls "${path}" /inheritance:r /grant:r "${env['USERNAME'] ?? '%USERNAME%'}:F"`,
        });
      }
    } else {
      if (uid !== processInfo.uid && uid !== 0) {
        throw new UserError('secrets', `${path}: belongs to another user`, {
          hint: `chown ${String(processInfo.uid)} ${shellQuote(path)}`,
        });
      }
      if ((mode & 0o077) !== 0) {
        throw new UserError('secrets', `${path}: contains secrets and can be read by other users`, {
          hint: `chmod 600 ${shellQuote(path)}`,
        });
      }
    }
    const file = await readRegularFile(path, { maxBytes: 64 * 1024 });
    return file === null ? {} : parseEnv(file.bytes.toString('utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    const cause = toFileError(error, path);
    if (!(cause instanceof FileError)) throw error;
    throw new UserError('secrets', cause.message, {
      hint: `make ${path} a regular file that only you can read`,
      cause,
    });
  }
}

/** Returns a function that replaces every secret, also base64- or URL-encoded, with `***`. All output passes it. */
export function redactor(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const needles = Object.entries(secrets)
    .flatMap(([name, value]) => {
      const type = secretType(name);
      if (type === 'id') return [];
      return type === 'url' ? confidentialParts(value) : [value];
    })
    .filter((value) => value.length >= 8)
    .flatMap((value) => [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(value),
    ]);
  return (text) => needles.reduce((clean, needle) => clean.replaceAll(needle, '***'), text);
}

/** Returns the confidential parts of a URL; all of a text that is not a URL. */
function confidentialParts(address: string): readonly string[] {
  if (!URL.canParse(address)) return [address];
  const { username, password, search, hash } = new URL(address);
  const parts = [username, password, search, hash].filter((part) => part !== '');
  return parts.length === 0 ? [] : [address, ...parts, decodeText(password)];
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
