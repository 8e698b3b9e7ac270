import { readConfig } from '../config/config.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { LockEvent } from '../lock/index.ts';
import { diagnosticText } from '../output/diagnostic-text.ts';
import { jsonLine } from '../output/json.ts';
import { createStyle } from '../output/style.ts';
import { publishingDatabase } from '../publish/database/fleet-database.ts';
import { publishWarning } from '../publish/publish-after-run.ts';
import { publish, type PublishResult } from '../publish/publish.ts';
import type { Config } from '../schema/config.ts';
import type { System } from '../system/system.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { plural } from '../util/text.ts';
import type { GlobalFlags } from './command.ts';
import { printResult } from './print-result.ts';

interface PublishFlags extends GlobalFlags {
  /** In seconds. */
  readonly timeout?: number;
  readonly failIfLocked?: boolean;
  readonly dryRun?: boolean;
}

/** `sync-runner publish`: sends to the database of the fleet what it lacks. */
export async function publishNow(flags: PublishFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const config = await readConfig(workspace);
  if (flags.dryRun === true) return printDryRun(flags, system, { workspace, config });
  const style = createStyle(system.stderr.color);
  const warn = (event: LockEvent): void => {
    if (event.type !== 'warning' || flags.quiet === true) return;
    system.stderr.write(`${diagnosticText(event.warning, style)}\n`);
  };
  const result = await publish({
    ...{ workspace, config, system, onEvent: warn, spreadMs: 0 },
    signal: new AbortController().signal,
    timeoutMs: flags.timeout === undefined ? null : flags.timeout * 1000,
  });
  if (result.type === 'locked' && flags.failIfLocked === true) {
    throw new UserError('locked', 'another process is publishing', { hint: 'try again later' });
  }
  const warning = publishWarning(result);
  if (warning !== null) warn({ type: 'warning', warning });
  printResult(flags, system, documentOf(result), `${textOf(result)}\n`);
  return exitCodes.done;
}

function textOf(result: PublishResult): string {
  switch (result.type) {
    case 'locked':
      return 'Another process is publishing - skipping';
    case 'unchanged':
      return 'Nothing to publish';
    case 'done':
      return `Published ${plural(result.rows, 'row')} in ${plural(result.pushes, 'push', 'pushes')}`;
  }
}

function documentOf(result: PublishResult): object {
  if (result.type === 'locked') {
    return { outcome: 'skipped', reason: 'locked', lock: result.holder };
  }
  const { type, ...rest } = result;
  return { outcome: type, ...rest };
}

async function printDryRun(
  flags: PublishFlags,
  system: System,
  { workspace, config }: { readonly workspace: Workspace; readonly config: Config },
): Promise<number> {
  const { dryRun } = await import('../publish/dry-run.ts');
  // An invalid URL is reported; without one, what would be sent is of interest before it is set.
  if (config.fleet.url !== undefined) {
    await publishingDatabase({ workspace, system, options: config.fleet });
  }
  const { host, pushes, rows } = await dryRun(workspace, config, system);
  if (flags.json === true) system.stdout.write(jsonLine({ schemaVersion: 1, host, pushes }));
  else {
    const all = `${plural(rows, 'row')} in ${plural(pushes.length, 'push', 'pushes')}`;
    system.stdout.write(`Would publish ${all}; --json shows them\n`);
  }
  return exitCodes.done;
}
