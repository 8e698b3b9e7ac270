import { createOverview, projectRows } from '../analytics/overview.ts';
import { costDocumentOfToday, todayOf } from '../analytics/usage/today.ts';
import { findWorkspace } from '../config/workspace.ts';
import { assessHealth } from '../health/assess-health.ts';
import { jsonLine } from '../output/json.ts';
import { recordsText } from '../output/table.ts';
import { renderOptions } from '../output/render-options.ts';
import { diagnosticRecord } from '../output/commands/status-records.ts';
import { todaySentences, todayText } from '../output/commands/today-text.ts';
import { budgetsOf, overallBudget } from '../schema/budgets.ts';
import { isFound } from '../schema/project-states.ts';
import type { System } from '../system/system.ts';
import type { DiagnosticCode } from '../util/diagnostic-codes.ts';
import { bySeverity, type Diagnostic } from '../util/diagnostic.ts';
import { exitCodes } from '../util/errors.ts';
import type { GlobalFlags } from './command.ts';
import { loadLedgers } from '../analytics/usage/load-ledgers.ts';
import { loadHealthFacts } from '../health/load-health-facts.ts';

/** How many things to do are printed. */
const shownTasks = 2;

/** Warnings that are not about a single project. */
const moneyCodes: readonly string[] = [
  'budget-exceeded',
  'budget-forecast',
  'budget-unmatched',
  'spend-spike',
] satisfies readonly DiagnosticCode[];

/** `sync-runner today`: three sentences about cost and projects, and the two most important things to do. */
export async function today(flags: GlobalFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const loaded = await loadLedgers(workspace, system);
  const { config, stored, status, ledgers, budgets, today: day } = loaded;
  const health = await loadHealthFacts(workspace, { config, status }, system);
  const overview = createOverview(stored);
  const { diagnostics } = assessHealth({ ...health, overview });
  const found = projectRows(stored).filter(isFound);
  const attention = overview.projects?.attention ?? [];
  const projects =
    stored.projects === null
      ? null
      : {
          total: found.length,
          dirty: found.filter(({ dirty }) => dirty === true).length,
          unpushed: found.filter(({ ahead }) => (ahead ?? 0) > 0).length,
          needingAttention: attention.length,
        };
  const costs = ledgers.map((ledger) => todayOf(ledger, overallBudget(budgetsOf(config.tokens))));
  const facts = { day, costs, budgets, projects };
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const money = diagnostics.filter(({ code }) => moneyCodes.includes(code));
  const tasks = [
    ...errors,
    ...attention.flatMap(({ name, attention: [worst] }): readonly Diagnostic[] =>
      worst === undefined ? [] : [{ ...worst, subject: name }],
    ),
    ...money,
  ]
    .toSorted(bySeverity)
    .slice(0, shownTasks);
  const { stdout } = system;
  if (flags.json === true) {
    const sentences = todaySentences(facts);
    const document = { day, timeZone: config.tokens.timeZone, sentences, tasks, budgets, projects };
    stdout.write(
      jsonLine({ schemaVersion: 1, ...document, ledgers: costs.map(costDocumentOfToday) }),
    );
  } else if (flags.plain === true) {
    const sentences = todaySentences(facts).map((sentence) => ['sentence', sentence]);
    stdout.write(recordsText([...sentences, ...tasks.map(diagnosticRecord)]));
  } else stdout.write(await todayText(facts, tasks, renderOptions(system, { all: true })));
  return exitCodes.done;
}
