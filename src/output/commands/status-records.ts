import { projectRecord } from './project-columns.ts';
import type { Diagnostic } from '../../util/diagnostic.ts';
import type { StatusPage } from './status-text.ts';
import { recordsText } from '../table.ts';

type Value = string | number | null;

export const diagnosticRecord = (one: Diagnostic): readonly Value[] => [
  ...['diagnostic', one.severity, one.code, one.subject, one.message, one.hint],
];

/** Returns the assessment as records: their type, then their values, separated by tabs. */
export function statusRecords({ assessment, overview, rows }: StatusPage): string {
  const { lastRun, nextRunAt, lock, schedule } = assessment;
  const records: readonly (readonly Value[])[] = [
    ['health', assessment.health],
    ...assessment.diagnostics.map(diagnosticRecord),
    ['lastRun', lastRun?.id ?? null, lastRun?.outcome ?? null, lastRun?.durationMs ?? null],
    ['nextRun', nextRunAt, assessment.nextRunSource],
    ...assessment.syncs.map(({ name, outcome, lastSuccess }) => [
      'sync',
      name,
      outcome,
      lastSuccess,
    ]),
    ...overview.usage.map(({ source, day, dayTokens, dayUsd, monthUsd, budgetUsed }) => [
      ...['cost', source, day, dayTokens, dayUsd, monthUsd, budgetUsed],
    ]),
    ...overview.budgets.map(({ scope, name, costUsd, monthlyUsd, used }) => [
      ...['budget', scope, name, costUsd, monthlyUsd, used],
    ]),
    ['lock', lock.type, lock.type === 'held' ? lock.pid : null],
    ['schedule', schedule.target, schedule.state],
    ['workspace', assessment.workspace],
    ...rows.map((one) => ['project', ...projectRecord(one)]),
  ];
  return recordsText(records);
}
