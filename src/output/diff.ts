/**
 * Returns a unified diff of two short texts as one hunk with all lines, by their longest common subsequence.
 */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string },
  after: { readonly name: string; readonly text: string },
): string {
  const old = linesOf(before.text);
  const now = linesOf(after.text);
  const lines = [
    `--- ${before.name}`,
    `+++ ${after.name}`,
    `@@ -${rangeOf(old)} +${rangeOf(now)} @@`,
    ...changes(old, now),
  ];
  return `${lines.join('\n')}\n`;
}

const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);

const rangeOf = (lines: readonly string[]): string =>
  lines.length === 0 ? '0,0' : `1,${String(lines.length)}`;

function changes(old: readonly string[], now: readonly string[]): readonly string[] {
  const common = commonLengths(old, now);
  const lengthAt = (row: number, column: number): number => common[row]?.[column] ?? 0;
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) {
      lines.push(` ${old[row] ?? ''}`);
      row += 1;
      column += 1;
    } else if (
      column >= now.length ||
      (row < old.length && lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      lines.push(`-${old[row] ?? ''}`);
      row += 1;
    } else {
      lines.push(`+${now[column] ?? ''}`);
      column += 1;
    }
  }
  return lines;
}

/** Returns, for each row and column, the length of the longest common subsequence of the remaining lines. */
function commonLengths(
  old: readonly string[],
  now: readonly string[],
): readonly (readonly number[])[] {
  const table = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(now.length + 1).fill(0),
  );
  for (let row = old.length - 1; row >= 0; row -= 1) {
    const [here = [], below = []] = [table[row], table[row + 1]];
    for (let column = now.length - 1; column >= 0; column -= 1) {
      here[column] =
        old[row] === now[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return table;
}
