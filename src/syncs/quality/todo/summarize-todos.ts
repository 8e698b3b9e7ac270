import type { Todos } from '../../../schema/quality.ts';
import { columns, fileKind, rowLength, type ScanTable } from './scan-table.ts';

/** Adds a scan up. A tag that was not looked for has no count. */
export function summarizeTodos(
  { paths, rows }: ScanTable,
  tags: readonly string[],
  generated: number,
): Todos {
  const sums = { total: 0, todo: 0, fixme: 0, files: 0, lines: 0 };
  const skipped = { binary: 0, tooLarge: 0, generated };
  for (let start = 0; start < paths.length * rowLength; start += rowLength) {
    const at = (column: keyof typeof columns): number => rows[start + columns[column]] ?? 0;
    const kind = at('type');
    if (kind === fileKind.binary) skipped.binary += 1;
    if (kind === fileKind.tooLarge) skipped.tooLarge += 1;
    if (kind !== fileKind.text) continue;
    sums.files += 1;
    for (const column of ['total', 'todo', 'fixme', 'lines'] as const) sums[column] += at(column);
  }
  return {
    ...sums,
    todo: tags.includes('TODO') ? sums.todo : null,
    fixme: tags.includes('FIXME') ? sums.fixme : null,
    perKloc: sums.lines > 0 ? Math.round((sums.total * 100_000) / sums.lines) / 100 : null,
    skipped,
  };
}
