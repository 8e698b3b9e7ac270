import { createClientFinder } from '../analytics/project-clients.ts';
import { defaultFrom } from '../analytics/usage/cost-periods.ts';
import type { CostGrouping } from '../schema/cost-groupings.ts';
import { costReport } from '../analytics/usage/cost-report.ts';
import { findWorkspace } from '../config/workspace.ts';
import { costDocument, costRecords } from '../analytics/usage/cost-document.ts';
import { costText } from '../output/commands/cost-text.ts';
import { jsonLine } from '../output/json.ts';
import { recordsText } from '../output/table.ts';
import { renderOptions } from '../output/render-options.ts';
import type { System } from '../system/system.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { firstDayOf } from './arg-parsers.ts';
import type { GlobalFlags } from './command.ts';
import { loadLedgers } from '../analytics/usage/load-ledgers.ts';

export interface CostFlags extends GlobalFlags {
  readonly by?: CostGrouping;
  readonly since?: number | Date;
  readonly compare?: boolean;
}

/** `sync-runner cost`: the cost by period or group, for the local logs and each bill. A pipe gets records. */
export async function cost(flags: CostFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const loaded = await loadLedgers(workspace, system);
  const { config, stored, ledgers, budgets, projectOf, today } = loaded;
  const { by = 'day', compare = false } = flags;
  const from = firstDayOf(flags.since, today) ?? defaultFrom(by, today);
  if (from > today) {
    throw new UserError('usage', `--since: ${from} is after today, ${today}`, {
      hint: 'sync-runner cost --since 30d',
    });
  }
  const report = costReport(ledgers, {
    by,
    from,
    today,
    compare,
    projectOf,
    clientOf: createClientFinder(stored.projects),
  });
  const { stdout, stderr } = system;
  if (flags.json === true)
    stdout.write(jsonLine(costDocument(report, { timeZone: config.tokens.timeZone, budgets })));
  else if (stored.tokens === null) {
    stderr.write('No token usage yet: no run has finished\n  fix: sync-runner run\n');
  } else if (report.ledgers.length === 0) {
    stderr.write(`No token usage by ${by} was found\n`);
  } else if (flags.plain === true || !stdout.isTerminal)
    stdout.write(recordsText(costRecords(report)));
  else stdout.write(await costText(report, budgets, renderOptions(system, { all: true })));
  return exitCodes.done;
}
