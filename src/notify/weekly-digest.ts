import type { Overview, ProjectRow } from '../analytics/overview.ts';
import { createClientFinder } from '../analytics/project-clients.ts';
import { lastWeek } from '../analytics/usage/cost-periods.ts';
import {
  costReport,
  type CostQuery,
  type CostRow,
  type LedgerCost,
} from '../analytics/usage/cost-report.ts';
import type { PeriodUsage } from '../analytics/usage/ledgers.ts';
import { loadLedgers } from '../analytics/usage/load-ledgers.ts';
import type { Workspace } from '../config/workspace.ts';
import { formatMicros } from '../output/format-numbers.ts';
import { budgetLine } from '../output/commands/usage-headline.ts';
import { attentionTitles, callsForAction } from '../schema/attention-codes.ts';
import { sourceName } from '../schema/agent-names.ts';
import type { System } from '../system/system.ts';
import { atLeast, plural } from '../util/text.ts';

/** How many rows a list has; the others are added up or counted. */
const shown = 5;

/** Returns what the last week cost, compared with the week before, and what needs attention. */
export async function weeklyDigest(
  workspace: Workspace,
  overview: Overview | null,
  system: System,
): Promise<readonly string[]> {
  const loaded = await loadLedgers(workspace, system);
  const { ledgers, budgets, projectOf } = loaded;
  const { projects } = loaded.stored;
  const week = lastWeek(loaded.today);
  const query = {
    from: week.from,
    today: week.to,
    compare: true,
    projectOf,
    clientOf: createClientFinder(projects),
  };
  const report = (by: CostQuery['by']): readonly LedgerCost[] =>
    costReport(ledgers, { ...query, by }).ledgers;
  const names = new Map(projects?.projects.map(({ id, name }) => [id, name]));
  return [
    `Week from ${week.from} to ${week.to}`,
    ...report('model').map((cost) => `${titleOf(cost)}: ${amountText(cost)}`),
    ...(ledgers.length === 0 ? ['The cost is unknown: no token usage was found.'] : []),
    ...report('project').flatMap(({ rows }) =>
      listOf('By project', rows, (key) => (key === null ? 'no project' : (names.get(key) ?? key))),
    ),
    ...report('agent').flatMap(({ rows }) =>
      listOf('By agent', rows, (key) => sourceName(key ?? '')),
    ),
    ...(budgets.length === 0 ? [] : ['Budgets of this month:']),
    ...budgets.map((budget) => `- ${budgetLine(budget)}`),
    ...attentionLines(overview?.projects?.attention ?? null),
  ];
}

const titleOf = ({ ledger }: LedgerCost): string =>
  ledger.name === 'agents' ? 'Cost' : `Billed by ${ledger.name}`;

/** Returns `$45.20, $5.10 more than the week before`. Weeks with unknown days are not compared. */
function amountText({ usage, previous, change }: CostRow): string {
  const unknown = usage.uncoveredDays;
  const known = costText([usage]);
  const days = unknown === 0 ? '' : ` (${plural(unknown, 'day')} unknown)`;
  if (change !== null) return `${known}${days}, ${changeText(change)} the week before`;
  const before = costText(previous === null ? [] : [previous]);
  return `${known}${days}; not comparable with the week before (${before})`;
}

/** Returns the sum of the known costs. */
function costText(usages: readonly PeriodUsage[]): string {
  const costs = usages.flatMap(({ cost }) => cost ?? []);
  const isPartial = usages.some(
    ({ cost, uncoveredDays, unpricedModels }) =>
      cost === null || uncoveredDays > 0 || unpricedModels.length > 0,
  );
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return costs.length === 0 ? 'unknown' : `${atLeast(isPartial)}${formatMicros(sum)}`;
}

function changeText(change: number): string {
  if (change === 0) return 'as much as';
  return `${formatMicros(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than`;
}

/** Returns the most expensive rows, each with its change, and the sum of the others. */
function listOf(
  title: string,
  rows: readonly CostRow[],
  nameOf: (key: string | null) => string,
): readonly string[] {
  const used = rows.filter(({ usage, previous }) => usage.cost !== 0 || previous?.cost !== 0);
  if (used.length === 0) return [];
  const others = used.slice(shown).map(({ usage }) => usage);
  return [
    `${title}:`,
    ...used.slice(0, shown).map((row) => `- ${nameOf(row.key)}: ${rowText(row)}`),
    ...(others.length === 0 ? [] : [`- ${plural(others.length, 'other')}: ${costText(others)}`]),
  ];
}

function rowText({ usage, change }: CostRow): string {
  const cost = costText([usage]);
  if (change === null) return cost;
  return `${cost} (${change < 0 ? '' : '+'}${formatMicros(change)})`;
}

function attentionLines(attention: readonly ProjectRow[] | null): readonly string[] {
  if (attention === null) return [];
  if (attention.length === 0) return ['No project needs attention.'];
  const hidden = attention.length - shown;
  return [
    `${plural(attention.length, 'project needs', 'projects need')} attention:`,
    ...attention.slice(0, shown).map(({ name, attention: reasons }) => {
      const worst = reasons.find(callsForAction);
      return worst === undefined
        ? `- ${name}`
        : `- ${name}: ${worst.message} (${attentionTitles[worst.group]})`;
    }),
    ...(hidden > 0 ? [`- and ${String(hidden)} more`] : []),
  ];
}
