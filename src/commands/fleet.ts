import { readConfig } from '../config/config.ts';
import { redactor } from '../config/secrets.ts';
import { findWorkspace } from '../config/workspace.ts';
import { diagnosticText } from '../output/diagnostic-text.ts';
import { fleetText, hostState } from '../output/commands/fleet-text.ts';
import { jsonLine } from '../output/json.ts';
import { renderOptions } from '../output/render-options.ts';
import { createStyle } from '../output/style.ts';
import { recordsText } from '../output/table.ts';
import { connect, type Database } from '../publish/database/client.ts';
import { errorCodeOf } from '../publish/database/database-error.ts';
import { databaseSecrets } from '../publish/database/database-url.ts';
import { forgetHost, migrateAndGrant, pruneFleet } from '../publish/fleet-admin.ts';
import {
  adminDatabase,
  readerVariable,
  readingDatabase,
  type FleetDatabase,
} from '../publish/database/fleet-database.ts';
import { needsAttention, readFleet, type FleetOverview } from '../publish/fleet-overview.ts';
import { migrationSql } from '../publish/database/migrate.ts';
import type { System } from '../system/system.ts';
import { exitCodes, redactError, UserError } from '../util/errors.ts';
import { diagnostic } from '../util/diagnostic.ts';
import { plural } from '../util/text.ts';
import type { GlobalFlags } from './command.ts';
import { printResult } from './print-result.ts';

interface FleetFlags extends GlobalFlags {
  readonly check?: boolean;
  readonly print?: boolean;
  readonly writer?: string;
  readonly reader?: string;
  /** In days. */
  readonly keep?: number;
  readonly runs?: number;
}

/** `sync-runner fleet`: the machines that publish. `fleet migrate`, `forget` and `prune` are for the owner. */
export async function fleet(
  flags: FleetFlags,
  system: System,
  [word, ...args]: readonly string[],
): Promise<number> {
  switch (word) {
    case undefined:
      return showFleet(flags, system);
    case 'migrate':
      return migrateFleet(flags, system);
    case 'forget':
      return forget(flags, system, args);
    case 'prune':
      return prune(flags, system);
    default:
      throw new UserError('usage', `unknown word ${word}`, { hint: 'sync-runner fleet --help' });
  }
}

async function showFleet(flags: FleetFlags, system: System): Promise<number> {
  const overview = await withDatabase(flags, system, {
    open: readingDatabase,
    use: (database, { subject }) =>
      readFleet(database).catch((error: unknown) => {
        throw subject === readerVariable ? error : withReaderHint(error);
      }),
  });
  const { stdout } = system;
  if (flags.json === true) stdout.write(jsonLine({ schemaVersion: 1, ...overview }));
  else if (flags.plain === true || !stdout.isTerminal) stdout.write(records(overview));
  else {
    const form = renderOptions(system, { all: flags.verbose === true });
    stdout.write(await fleetText(overview, system.now(), form));
  }
  return flags.check === true && overview.hosts.some(needsAttention)
    ? exitCodes.failed
    : exitCodes.done;
}

/** A role that publishes can't read. */
function withReaderHint(error: unknown): unknown {
  if (!(error instanceof UserError) || errorCodeOf(error.cause) !== '42501') return error;
  const hint = `set ${readerVariable} to the URL of a role that may read`;
  return new UserError(error.code, error.message, { hint, cause: error });
}

/** Returns a record per host, cost and project, with its kind first. */
const records = ({ hosts, costs, projects }: FleetOverview): string =>
  recordsText([
    ...hosts.map((host) => {
      const { name, team, lastPush, version, skewSeconds } = host;
      return ['host', name, team, hostState(host), lastPush, version, skewSeconds];
    }),
    ...costs.map(({ source, kind, hosts, costUsd }) => ['cost', source, kind, hosts, costUsd]),
    ...projects.map(({ name, key, costUsd, checkouts, behind, coverage, lastCommit }) => [
      ...['project', name, key],
      ...[costUsd, checkouts, behind, coverage, lastCommit],
    ]),
  ]);

async function migrateFleet(flags: FleetFlags, system: System): Promise<number> {
  const grants = { writer: flags.writer ?? null, reader: flags.reader ?? null };
  if (flags.print === true) {
    system.stdout.write(migrationSql(grants));
    return exitCodes.done;
  }
  const { from, to, left } = await withDatabase(flags, system, {
    open: adminDatabase,
    use: (database) => migrateAndGrant(database, grants),
  });
  const version =
    from === to ? `is at version ${String(to)}` : `was raised to version ${String(to)}`;
  const roles = Object.entries(grants).flatMap(([name, role]) =>
    role === null ? [] : `${name} ${role}`,
  );
  const granted = roles.length === 0 ? '' : `; rights granted: ${roles.join(', ')}`;
  printResult(flags, system, { from, to, grants, left }, `The schema ${version}${granted}\n`);
  if (left.length > 0 && flags.quiet !== true) {
    const message = 'an administrator of the roles has to run the rest';
    const warning = diagnostic('role-not-limited', { message, hint: left.join(' ') });
    system.stderr.write(`${diagnosticText(warning, createStyle(system.stderr.color))}\n`);
  }
  return exitCodes.done;
}

async function forget(
  flags: FleetFlags,
  system: System,
  [wanted]: readonly string[],
): Promise<number> {
  if (wanted === undefined) {
    throw new UserError('usage', 'a host is required', { hint: 'sync-runner fleet forget HOST' });
  }
  const name = await withDatabase(flags, system, {
    open: adminDatabase,
    use: (database) => forgetHost(database, wanted),
  });
  printResult(
    flags,
    system,
    { forgotten: name },
    `Forgot ${name}; it returns if it publishes again\n`,
  );
  return exitCodes.done;
}

async function prune(flags: FleetFlags, system: System): Promise<number> {
  const { keep: keepDays, runs: runDays = keepDays } = flags;
  if (keepDays === undefined || runDays === undefined) {
    throw new UserError('usage', '--keep is required', {
      hint: 'sync-runner fleet prune --keep 400d',
    });
  }
  const deleted = await withDatabase(flags, system, {
    open: adminDatabase,
    use: (database) => pruneFleet(database, { keepDays, runDays }),
  });
  printResult(flags, system, { deleted }, `Deleted ${plural(deleted, 'row')}\n`);
  return exitCodes.done;
}

async function withDatabase<Result>(
  flags: GlobalFlags,
  system: System,
  steps: {
    readonly open: typeof adminDatabase;
    readonly use: (database: Database, address: FleetDatabase) => Promise<Result>;
  },
): Promise<Result> {
  const workspace = await findWorkspace(flags.workspace, system);
  const { fleet: options } = await readConfig(workspace);
  const address = await steps.open({ workspace, system, options });
  const redact = redactor(databaseSecrets(address.url));
  try {
    const database = await connect({ ...address, signal: new AbortController().signal });
    try {
      return await steps.use(database, address);
    } finally {
      database.close();
    }
  } catch (error) {
    throw error instanceof UserError
      ? redactError(withConnectionHint(error, address), redact)
      : error;
  }
}

/** The hints of publishing are about the next run, which doesn't matter here. */
function withConnectionHint(
  error: UserError,
  { address: { host, port }, subject }: FleetDatabase,
): UserError {
  const { code, message } = error;
  if (code !== 'network' && code !== 'timeout') return error;
  const hint = `check ${subject}, and that the database runs on ${host}, port ${String(port)}`;
  return new UserError(code, message, { hint, cause: error });
}
