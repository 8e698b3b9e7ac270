import { sanitizeLine } from '../util/text.ts';
import type { Style, StyleName } from './style.ts';
import { cutEnd, cutMiddle, widthOf, type Width } from './width.ts';

export interface Column<Row> {
  readonly title: string;
  /** One sanitized line, untruncated. May be empty. */
  readonly text: (row: Row) => string;
  readonly align?: 'right';
  /** If the terminal is too narrow, columns with the highest number are omitted first; 0 is never omitted. */
  readonly priority: number;
  /** Minimum width to which the column may be truncated before columns are omitted. */
  readonly narrowest?: number;
  /** Where the text is truncated: names in the middle, sentences at the end. */
  readonly cut?: 'middle' | 'end';
  readonly style?: (row: Row) => StyleName | null;
  /** Omits the column if all rows have the same text. */
  readonly omitIfConstant?: boolean;
}

/** Returns a column of numbers, or of texts that are compared like numbers; an unknown value is `-`. */
export const numberColumn = <Row>(
  title: string,
  priority: number,
  text: (row: Row) => string | number | null,
): Column<Row> => ({
  title,
  text: (row) => String(text(row) ?? '-'),
  align: 'right',
  priority,
});

interface TableForm {
  /** Width of the terminal in columns; null disables truncation. */
  readonly columns: number | null;
  readonly style: Style;
}

const gap = 2;

/** Returns rows as aligned columns under their titles, no wider than the terminal. */
export async function tableText<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  { columns: available, style }: TableForm,
): Promise<string> {
  const columns = all.filter(
    ({ text, omitIfConstant }) =>
      omitIfConstant !== true || new Set(rows.map((row) => text(row))).size > 1,
  );
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const width = await widthOf(cells.flat());
  const wanted = columns.map(({ title }, index) =>
    cells.reduce((most, row) => Math.max(most, width(row[index] ?? '')), title.length),
  );
  const limit = available === null ? Infinity : Math.max(1, available);
  const widths = fit(columns, wanted, limit);
  const shown = columns.flatMap((column, index) => {
    const columnWidth = widths[index] ?? null;
    return columnWidth === null ? [] : [{ column, index, columnWidth }];
  });
  const line = (texts: readonly string[], row: Row | null): string => {
    const parts = shown.map(({ column, index, columnWidth }, position) => {
      const text = shorten(texts[index] ?? '', column, columnWidth, width);
      const styleName = row === null ? 'faint' : (column.style?.(row) ?? null);
      const styled = styleName === null || text === '' ? text : style(styleName, text);
      const padding = ' '.repeat(Math.max(0, columnWidth - width(text)));
      if (column.align === 'right') return padding + styled;
      return position === shown.length - 1 ? styled : styled + padding;
    });
    return `${parts.join(' '.repeat(gap)).trimEnd()}\n`;
  };
  const head = columns.map(({ title }) => title);
  return [line(head, null), ...rows.map((row, index) => line(cells[index] ?? [], row))].join('');
}

/**
 * Returns records for other programs: one untruncated line each, values separated by tabs, no heading.
 * Unknown values are empty.
 */
export function recordsText(records: readonly (readonly (string | number | null)[])[]): string {
  const clean = (value: string | number | null): string =>
    value === null ? '' : sanitizeLine(String(value), 4000);
  return records.map((record) => `${record.map(clean).join('\t')}\n`).join('');
}

/** Returns the width of each column; null if the column is omitted. */
function fit<Row>(
  columns: readonly Column<Row>[],
  wanted: readonly number[],
  limit: number,
): readonly (number | null)[] {
  const widths: (number | null)[] = [...wanted];
  const least = (index: number): number =>
    Math.min(wanted[index] ?? 0, columns[index]?.narrowest ?? Infinity);
  const total = (of: (index: number, columnWidth: number) => number): number =>
    widths.reduce<number>(
      (sum, one, index) => (one === null ? sum : sum + of(index, one) + gap),
      -gap,
    );
  const byPriority = columns.map((_column, index) => index);
  byPriority.sort((a, b) => (columns[b]?.priority ?? 0) - (columns[a]?.priority ?? 0));
  for (const index of byPriority) {
    if (total(least) <= limit || columns[index]?.priority === 0) break;
    widths[index] = null;
  }
  // The remaining excess is taken from the widest columns that may be truncated.
  for (let excess = total((_index, one) => one) - limit; excess > 0; excess -= 1) {
    const widest = widestOf(widths, (index, one) => one > least(index));
    const victim = widest ?? widestOf(widths, (_index, one) => one > 1);
    if (victim === null) break;
    widths[victim] = (widths[victim] ?? 0) - 1;
  }
  return widths;
}

function widestOf(
  widths: readonly (number | null)[],
  mayShrink: (index: number, width: number) => boolean,
): number | null {
  let widest: number | null = null;
  for (const [index, width] of widths.entries()) {
    if (width === null || !mayShrink(index, width)) continue;
    if (widest === null || width > (widths[widest] ?? 0)) widest = index;
  }
  return widest;
}

function shorten<Row>(text: string, column: Column<Row>, columns: number, width: Width): string {
  return column.cut === 'end' ? cutEnd(text, columns, width) : cutMiddle(text, columns, width);
}
