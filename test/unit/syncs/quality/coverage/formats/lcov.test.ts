import { expect, test } from 'vitest';
import {
  lineState,
  type Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { lcov } from '../../../../../../src/syncs/quality/coverage/formats/text/lcov.ts';
import { inChunks } from '../../in-chunks.ts';
import { signatureOf } from '../../signature-of.ts';

const parse = (text: string): Promise<Report> => lcov.parse(inChunks(text));
const record = (file: string, ...lines: string[]): string =>
  [`SF:${file}`, ...lines, 'end_of_record', ''].join('\n');

test('lcov merges the records of one source file instead of adding them', async () => {
  const report = await parse(
    record('a.h', 'DA:1,0', 'DA:2,0') + record('b.c', 'DA:1,1') + record('a.h', 'DA:2,3', 'DA:3,0'),
  );
  expect(report).toMatchObject({ covered: 2, total: 4 });
  expect(report.files?.map(({ path, covered, total }) => [path, covered, total])).toEqual([
    ['a.h', 1, 3],
    ['b.c', 1, 1],
  ]);
  const states = report.files?.[0]?.lines;
  expect([1, 2, 3].map((line) => states?.[line])).toEqual([
    lineState.missed,
    lineState.hit,
    lineState.missed,
  ]);
});

test('lcov counts DA records and ignores LF and LH', async () => {
  const without = await parse(record('a.c', 'DA:1,1', 'DA:2,0'));
  const wrong = await parse(record('a.c', 'DA:1,1', 'DA:2,0', 'LF:90', 'LH:80'));
  expect(without).toMatchObject({ covered: 1, total: 2 });
  expect(wrong).toMatchObject({ covered: 1, total: 2 });
});

test('lcov omits the lines that coverage.py excludes when LF is less than the lines with checksums', async () => {
  const lines = ['DA:0,1,a', 'DA:1,1,b', 'DA:2,0,c', 'LF:2', 'LH:2'];
  expect(await parse(record('a.py', ...lines))).toMatchObject({ covered: 1, total: 2 });
  // lcov --checksum writes checksums too: with several records, LF is not the number of lines of the file.
  const twice = record('a.h', 'DA:1,1,b', 'LF:1') + record('a.h', 'DA:2,0,c', 'LF:1');
  expect(await parse(twice)).toMatchObject({ covered: 1, total: 2 });
  const without = ['DA:1,1', 'DA:2,1', 'LF:1'];
  expect(await parse(record('a.c', ...without))).toMatchObject({ covered: 2, total: 2 });
});

test('lcov counts a line with a negative count as missed and one larger than 64 bits as hit', async () => {
  const report = await parse(
    record('a.c', 'DA:1,-5', 'DA:2,18446744073709551617', 'DA:3,00', 'DA:4,-0'),
  );
  expect(report).toMatchObject({ covered: 1, total: 4 });
});

test('lcov ignores checksums, comments, carriage returns and unknown records', async () => {
  const text =
    '# made by hand\r\nTN:suite\r\nSF:a.py\r\nVER:9\r\nDA:1,0,9/1+9==\r\nDA:2,10,99==\r\nend_of_record\r\n';
  const report = await parse(text);
  expect(report).toMatchObject({ covered: 1, total: 2 });
  expect(report.files?.[0]?.path).toBe('a.py');
  expect(lcov.recognizes(await signatureOf(text))).toBe(true);
});

test('lcov keeps Windows paths and names with commas intact', async () => {
  const report = await parse(
    record('C:\\work\\a,b.cs', 'FN:1,List<int, int>', 'FNDA:2,List<int, int>', 'DA:1,1'),
  );
  expect(report.files?.[0]?.path).toBe('C:\\work\\a,b.cs');
  expect(report.functions).toEqual({ covered: 1, total: 1 });
});

test('lcov counts a branch in several records once, and "-" as not taken', async () => {
  const report = await parse(
    record('a.h', 'DA:1,1', 'BRDA:1,0,0,-', 'BRDA:1,0,1,0') +
      record('a.h', 'DA:1,1', 'BRDA:1,0,1,4', 'BRDA:1,e1,0,1'),
  );
  expect(report.branches).toEqual({ covered: 2, total: 3 });
});

test('lcov counts branches with numbers too large for an id and branches without a number', async () => {
  const branches = [
    '1,70000,0',
    '1,70000,1',
    '2000000,0,0',
    '1,0,70000',
    '1,0,(a < b)',
    '1,4464,0',
  ];
  const text = branches.map((branch, index) => `BRDA:${branch},${String(index % 2)}`);
  const report = await parse(record('a.rs', 'DA:1,1', ...text) + record('a.rs', ...text));
  expect(report.branches).toEqual({ covered: 3, total: 6 });
});

test('lcov counts each function alias of lcov 2, as lcov does', async () => {
  const report = await parse(
    record(
      'a.cc',
      'FNL:0,3,9',
      'FNA:0,0,f<int>',
      'FNA:0,2,f<char>',
      'FNL:1,12',
      'FNA:1,0,g',
      'DA:3,1',
    ) + record('a.cc', 'FNL:0,12', 'FNA:0,1,g', 'DA:12,1'),
  );
  expect(report.functions).toEqual({ covered: 2, total: 3 });
});

test.each([
  ['DA:1,1\n', /line 1: DA before SF/],
  ['SF:a\nDA:x,1\nend_of_record\n', /line 2: DA without a line number/],
  ['SF:a\nDA:7\nend_of_record\n', /line 2: DA without/],
  ['SF:a\nDA:1,1\n', /line 2: ends in the middle of a record/],
  ['SF:a\nDA:99999999999,1\nend_of_record\n', /line 99999999999, which no source file has/],
])('lcov rejects %j with the line number', async (text, problem) => {
  await expect(parse(text)).rejects.toThrow(problem);
});

test('lcov rejects a line of more than 1 MiB without buffering it', async () => {
  await expect(parse(`SF:${'a'.repeat(3_000_000)}`)).rejects.toThrow(/line of more than 1 MiB/);
});

test('lcov reads a report that ends without a newline', async () => {
  expect(await parse('SF:a\nDA:1,1\nend_of_record')).toMatchObject({ covered: 1, total: 1 });
});
