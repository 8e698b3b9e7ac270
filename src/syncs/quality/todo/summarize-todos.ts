import type { Todos } from '../../../schema/quality.ts';
import type { SourceList } from './list-sources.ts';
import { countColumns, fileTypes, type ScanTable } from './scan-table.ts';

/** Returns the sums of a scan. A tag that was not searched has the count null. */
export function summarizeTodos(
  { counts }: ScanTable,
  tags: readonly string[],
  { generated, vendored }: Pick<SourceList, 'generated' | 'vendored'>,
): Todos {
  const sums = { total: 0, todo: 0, fixme: 0, files: 0, lines: 0 };
  const skipped = { binary: 0, tooLarge: 0, generated, vendored };
  for (let start = 0; start < counts.length; start += countColumns.length) {
    const type = counts[start];
    if (type === fileTypes.binary) skipped.binary += 1;
    if (type === fileTypes.tooLarge) skipped.tooLarge += 1;
    if (type === fileTypes.generated) skipped.generated += 1;
    if (type !== fileTypes.text) continue;
    sums.files += 1;
    sums.lines += counts[start + 1] ?? 0;
    sums.total += counts[start + 2] ?? 0;
    sums.todo += counts[start + 3] ?? 0;
    sums.fixme += counts[start + 4] ?? 0;
  }
  return {
    ...sums,
    todo: tags.includes('TODO') ? sums.todo : null,
    fixme: tags.includes('FIXME') ? sums.fixme : null,
    perKloc: sums.lines > 0 ? Math.round((sums.total * 100_000) / sums.lines) / 100 : null,
    skipped,
  };
}
