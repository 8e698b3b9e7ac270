import type { ProjectRow } from '../../analytics/overview.ts';
import type { ProjectOrder } from '../../analytics/select-projects.ts';
import type { ProjectColumnName } from '../../schema/project-column-names.ts';
import { callsForAction } from '../../schema/attention-codes.ts';
import { plural } from '../../util/text.ts';
import { chosenColumns, projectColumns } from './project-columns.ts';
import type { RenderOptions } from './status-text.ts';
import { tableText } from '../table.ts';
import { wrapText } from '../wrap-text.ts';

/** Returns the registry as a table and, below it, the number of projects shown. */
export async function projectsText(
  rows: readonly ProjectRow[],
  {
    total,
    notObserved,
    missing,
    now,
    order,
    columns,
  }: {
    readonly total: number;
    readonly notObserved: number;
    readonly missing: number;
    readonly now: Date;
    readonly order: ProjectOrder;
    /** Null: the default columns. */
    readonly columns: readonly ProjectColumnName[] | null;
  },
  form: RenderOptions,
): Promise<string> {
  const counted = rows.filter(({ state }) => state !== 'not-observed').length;
  const count =
    counted === total
      ? plural(total, 'project')
      : `${String(counted)} of ${plural(total, 'project')}`;
  const needingAttention = rows.filter(({ attention }) => attention.some(callsForAction)).length;
  const ignored = rows.reduce((sum, row) => sum + row.ignored, 0);
  const parts = [
    count,
    ...(needingAttention > 0 ? [`${plural(needingAttention, 'needs', 'need')} attention`] : []),
    ...(notObserved > 0 ? [`${String(notObserved)} not observed (?)`] : []),
    ...(ignored > 0 ? [`${String(ignored)} ignored`] : []),
    ...(missing > 0 ? [`${String(missing)} missing (--missing shows them)`] : []),
  ];
  const shown = columns === null ? projectColumns(now, rows, order) : chosenColumns(columns, now);
  const table = rows.length === 0 ? '' : await tableText(shown, rows, form);
  return `${table}${form.style('faint', await wrapText(parts.join(', '), form.columns))}\n`;
}
