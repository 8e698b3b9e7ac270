import type { ProjectGroup } from '../../analytics/group-projects.ts';
import { microsOrDash } from '../format-numbers.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { RenderOptions } from './status-text.ts';
import { numberColumn, tableText, type Column } from '../table.ts';

/** Returns the groups of `projects --by FIELD` as a table. */
export function projectGroupsText(
  groups: readonly ProjectGroup[],
  field: string,
  form: RenderOptions,
): Promise<string> {
  const columns: readonly Column<ProjectGroup>[] = [
    {
      title: field.toUpperCase(),
      text: ({ value }) => (value === null ? '(none)' : sanitizeLine(value)),
      priority: 0,
      narrowest: 12,
    },
    numberColumn('PROJECTS', 1, ({ projects }) => projects),
    numberColumn('ATTENTION', 2, ({ needingAttention }) => needingAttention),
    numberColumn('CHANGES', 4, ({ changes }) => changes),
    numberColumn('TODO', 5, ({ todos }) => todos),
    numberColumn('COST30D', 3, ({ cost30 }) => microsOrDash(cost30)),
  ];
  return tableText(columns, groups, form);
}
