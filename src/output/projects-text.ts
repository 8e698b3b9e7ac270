import type { ProjectRow } from '../analytics/overview.ts';
import { plural } from '../util/text.ts';
import { projectColumns } from './project-columns.ts';
import type { RenderOptions } from './status-text.ts';
import { tableText } from './table.ts';

/** Returns the registry as a table and, below it, the number of projects shown. */
export async function projectsText(
  rows: readonly ProjectRow[],
  { total, missing, now }: { total: number; missing: number; now: Date },
  form: RenderOptions,
): Promise<string> {
  const count =
    rows.length === total
      ? plural(total, 'project')
      : `${String(rows.length)} of ${plural(total, 'project')}`;
  const needingAttention = rows.filter(({ attention }) => attention.length > 0).length;
  const parts = [
    count,
    ...(needingAttention > 0
      ? [`${String(needingAttention)} ${needingAttention === 1 ? 'needs' : 'need'} attention`]
      : []),
    ...(missing > 0 ? [`${String(missing)} missing (--missing shows them)`] : []),
  ];
  const table = rows.length === 0 ? '' : await tableText(projectColumns(now), rows, form);
  return `${table}${form.style('faint', parts.join(', '))}\n`;
}
