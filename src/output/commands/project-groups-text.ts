import type { ProjectGroup } from '../../analytics/group-projects.ts';
import { formatMicros } from '../format-numbers.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { RenderOptions } from './status-text.ts';
import { tableText, type Column } from '../table.ts';

/** Returns the groups of `projects --by FIELD` as a table. */
export function projectGroupsText(
  groups: readonly ProjectGroup[],
  field: string,
  form: RenderOptions,
): Promise<string> {
  const numbers = (
    title: string,
    priority: number,
    text: (group: ProjectGroup) => string | number | null,
  ): Column<ProjectGroup> => ({
    title,
    text: (group) => String(text(group) ?? '-'),
    align: 'right',
    priority,
  });
  const columns: readonly Column<ProjectGroup>[] = [
    {
      title: field.toUpperCase(),
      text: ({ value }) => (value === null ? '(none)' : sanitizeLine(value)),
      priority: 0,
      narrowest: 12,
    },
    numbers('PROJECTS', 1, ({ projects }) => projects),
    numbers('ATTENTION', 2, ({ needingAttention }) => needingAttention),
    numbers('CHANGES', 4, ({ changes }) => changes),
    numbers('TODO', 5, ({ todos }) => todos),
    numbers('COST30D', 3, ({ cost30 }) => (cost30 === null ? null : formatMicros(cost30))),
  ];
  return tableText(columns, groups, form);
}
