import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { createStyle } from '../../../src/output/style.ts';
import { recordsText, tableText, type Column } from '../../../src/output/table.ts';
import { cutEnd, cutMiddle, widthOf } from '../../../src/output/width.ts';

interface Row {
  readonly name: string;
  readonly count: string;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', text: ({ name }) => name, priority: 0, narrowest: 8 },
  { title: 'COUNT', text: ({ count }) => count, priority: 1, align: 'right' },
  { title: 'NOTE', text: ({ note }) => note, priority: 2, narrowest: 10, cut: 'end' },
];
const rows: readonly Row[] = [
  { name: 'web-client', count: '3', note: 'a note of some length, longer than most' },
  { name: '日本語プロジェクト', count: '12,345', note: 'wide' },
  { name: 'a-rather-long-name-of-a-project', count: '', note: '' },
];
const style = createStyle(false);
const linesAt = async (width: number | null): Promise<readonly string[]> =>
  (await tableText(columns, rows, { columns: width, style })).trimEnd().split('\n');

describe('table', () => {
  test('shows all columns aligned when the terminal is wide enough', async () => {
    expect(await linesAt(null)).toEqual([
      'NAME                              COUNT  NOTE',
      'web-client                            3  a note of some length, longer than most',
      '日本語プロジェクト               12,345  wide',
      'a-rather-long-name-of-a-project',
    ]);
  });

  test('truncates names in the middle and sentences at the end at 60 columns', async () => {
    expect(await linesAt(60)).toEqual([
      'NAME                        COUNT  NOTE',
      'web-client                      3  a note of some length, l…',
      '日本語プロジェクト         12,345  wide',
      'a-rather-lon…of-a-project',
    ]);
  });

  test('omits the least important column when truncation is not enough', async () => {
    const lines = await linesAt(20);
    expect(lines[0]).toMatch(/^NAME +COUNT$/);
    expect(await linesAt(8)).toEqual(['NAME', 'web-…ent', '日本…ト', 'a-ra…ect']);
  });

  test('is never wider than the terminal and prints each row on one line', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((one) => one.replace(/\s/g, '_'));
    const row = fc.record({ name: text, count: text, note: text });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 8 }),
        fc.integer({ min: 5, max: 120 }),
        async (some, width) => {
          const lines = (await tableText(columns, some, { columns: width, style })).split('\n');
          expect(lines).toHaveLength(some.length + 2);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('colours a cell without shifting the next one', async () => {
    const [column] = columns;
    if (!column) throw new Error('there is a column');
    const styled = [{ ...column, style: () => 'bad' as const }, ...columns.slice(1)];
    const text = await tableText(styled, rows.slice(0, 1), {
      columns: null,
      style: createStyle(true),
    });
    expect(text).toContain('\u001b[31mweb-client\u001b[39m      3  a note');
    // eslint-disable-next-line no-control-regex
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(
      await tableText(columns, rows.slice(0, 1), { columns: null, style }),
    );
  });
});

describe('records', () => {
  test('are one line each with untruncated tab-separated values', () => {
    expect(
      recordsText([
        ['web-client', 3, null],
        ['tab\tnew\nline\u001b[31m', 0.5, '日本語'],
      ]),
    ).toBe('web-client\t3\t\ntab new line [31m\t0.5\t日本語\n');
  });
});

describe('truncation', () => {
  test.each([
    ['a-long-name', 7, 'a-l…ame'],
    ['a-long-name', 6, 'a-l…me'],
    ['日本語プロジェクト', 9, '日本…クト'],
    ['日本語プロジェクト', 8, '日本…ト'],
    ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 4, '👨‍👩‍👧‍👦…'],
    ['e\u0301e\u0301e\u0301e\u0301', 3, 'e\u0301…e\u0301'],
    ['ab', 1, '…'],
    ['ab', 0, ''],
  ])('retains both ends of %s within %i columns', async (text, columnCount, expected) => {
    expect(cutMiddle(text, columnCount, await widthOf([text]))).toBe(expected);
  });

  test('counts columns like Unicode, also on the fast path for common ranges', async () => {
    const ranges = [
      [0x20, 0x7e],
      [0xa1, 0xac],
      [0xae, 0x24f],
      [0x3041, 0x3096],
      [0x30a0, 0x30fe],
      [0x3400, 0x4dbf],
      [0x4e00, 0x9fff],
      [0xac00, 0xd7a3],
    ];
    for (const [from = 0, to = 0] of ranges) {
      for (let code = from; code <= to; code += 1) {
        const text = String.fromCodePoint(code);
        const width = await widthOf([text]);
        if (width(text) !== stringWidth(text)) expect.fail(`U+${code.toString(16)}`);
      }
    }
    for (const text of ['…', '↑3', '✗'])
      expect((await widthOf([text]))(text)).toBe(stringWidth(text));
  });

  test('retains the start of a sentence', async () => {
    expect(cutEnd('日本語プロ', 6, await widthOf(['日本語プロ']))).toBe('日本…');
  });
});
