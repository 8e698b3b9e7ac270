import { lstat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { shellQuote } from '../util/shell.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from './workspace.ts';

/** What the syncs take from the environment or `data/config/.env`. */
const secretNames: readonly string[] = [
  'ANTHROPIC_ADMIN_KEY',
  'ANTHROPIC_ORG_ID',
  'ANTHROPIC_BASE_URL',
  'OPENAI_ADMIN_KEY',
  'OPENAI_BASE_URL',
];
/** Not secret: it may be told. Nor is the host of an address, but what may stand around it is. */
const publicNames: readonly string[] = ['ANTHROPIC_ORG_ID'];
const addressNames: readonly string[] = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL'];

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
  { processInfo: self, platform }: System,
): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    const { mode, uid } = await lstat(path);
    if (platform !== 'win32') {
      if (uid !== self.uid && uid !== 0) {
        throw new UserError('SECRETS', `${path}: belongs to another user`, {
          hint: `chown ${String(self.uid)} ${shellQuote(path)}`,
        });
      }
      if ((mode & 0o077) !== 0) {
        throw new UserError('SECRETS', `${path}: holds secrets, but others can read it`, {
          hint: `chmod 600 ${shellQuote(path)}`,
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
    .flatMap(([name, value]) => {
      if (publicNames.includes(name)) return [];
      return addressNames.includes(name) ? secretsOfAddress(value) : [value];
    })
    .filter((value) => value.length >= 8)
    .flatMap((value) => [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(value),
    ]);
  return (text) => needles.reduce((clean, needle) => clean.replaceAll(needle, '***'), text);
}

/** Of an address that is none all of it. */
function secretsOfAddress(address: string): readonly string[] {
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
