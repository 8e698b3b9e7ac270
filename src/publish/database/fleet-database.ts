import { readSecrets } from '../../config/secrets.ts';
import type { Workspace } from '../../config/workspace.ts';
import { resolveRoot } from '../../discovery/resolve-root.ts';
import type { FleetOptions } from '../../schema/fleet.ts';
import type { System } from '../../system/system.ts';
import { UserError } from '../../util/errors.ts';
import { FileError, readRegularFile } from '../../util/fs.ts';
import { shellQuote } from '../../util/shell.ts';
import { parseDatabaseUrl, type DatabaseAddress } from './database-url.ts';

/** A database of the fleet, ready to connect to. */
export interface FleetDatabase {
  readonly url: string;
  readonly address: DatabaseAddress;
  readonly authority: string | null;
  /** The key or variable that contains the URL. */
  readonly subject: string;
}

interface Context {
  readonly workspace: Workspace;
  readonly system: System;
  readonly options: FleetOptions;
}

const maxAuthorityBytes = 1024 * 1024;

/** Variables with the URLs of roles other than that of `fleet.url`. */
export const readerVariable = 'SYNC_RUNNER_FLEET_READER_URL';
const adminVariable = 'SYNC_RUNNER_FLEET_ADMIN_URL';

/** Returns the database of `fleet.url`. Throws `UserError` with code `config` or `secrets`. */
export async function publishingDatabase(context: Context): Promise<FleetDatabase> {
  const { url } = context.options;
  if (url === undefined) {
    throw new UserError('config', 'fleet.url is not set', {
      hint: `see docs/fleet.md, then add it to ${context.workspace.config}`,
    });
  }
  if (!url.startsWith('$')) return fleetDatabase(url, 'fleet.url', context);
  const value = await variable(url.slice(1), context);
  if (value !== null) return fleetDatabase(value, url, context);
  throw notSet(`fleet.url: ${url}`, url.slice(1), context);
}

/** Returns the database as its owner uses it. Throws `UserError` with code `config` or `secrets`. */
export async function adminDatabase(context: Context): Promise<FleetDatabase> {
  const value = await variable(adminVariable, context);
  if (value !== null) return fleetDatabase(value, adminVariable, context);
  throw notSet(adminVariable, adminVariable, context);
}

/** Returns the database for reading. Throws `UserError` with code `config` or `secrets`. */
export async function readingDatabase(context: Context): Promise<FleetDatabase> {
  const value = await variable(readerVariable, context);
  if (value !== null) return fleetDatabase(value, readerVariable, context);
  return publishingDatabase(context);
}

async function variable(name: string, { workspace, system }: Context): Promise<string | null> {
  return (await readSecrets(workspace, system, [name]))[name] ?? null;
}

const notSet = (subject: string, name: string, { workspace }: Context): UserError =>
  new UserError('secrets', `${subject} is not set`, {
    hint: `(umask 077; echo '${name}=postgres://ROLE:PASSWORD@HOST/DATABASE' >> ${shellQuote(workspace.secrets)})`,
  });

async function fleetDatabase(
  url: string,
  subject: string,
  { options, workspace, system }: Context,
): Promise<FleetDatabase> {
  const hasAuthority = options.ca !== undefined;
  const address = parseDatabaseUrl(url, subject, { hasAuthority });
  const authority =
    options.ca === undefined ? null : await readAuthority(options.ca, { workspace, system });
  return { url, address, authority, subject };
}

async function readAuthority(
  ca: string,
  { workspace, system }: Pick<Context, 'workspace' | 'system'>,
): Promise<string> {
  const path = resolveRoot(ca, { workspaceRoot: workspace.root, home: system.home });
  try {
    const file = await readRegularFile(path, { maxBytes: maxAuthorityBytes, followLink: true });
    const text = file?.bytes.toString('latin1') ?? '';
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    const problem = file === null ? 'does not exist' : 'contains no certificate';
    throw new UserError('config', `fleet.ca: ${path} ${problem}`, { hint: 'name a PEM file' });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UserError('config', `fleet.ca: ${error.message}`, { cause: error });
  }
}
