import { describe, expect, test } from 'vitest';
import type { Report } from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import {
  istanbulFinal,
  istanbulSummary,
} from '../../../../../../src/syncs/quality/coverage/formats/json/istanbul.ts';
import { inChunks } from '../../in-chunks.ts';
import { signatureOf } from '../../signature-of.ts';

const hits = (covered: number, total: number, pct: unknown = 0): object => ({
  covered,
  total,
  pct,
});
const summary = (covered: number, total: number, pct: unknown = 0): object => ({
  lines: hits(covered, total, pct),
  statements: hits(covered, total, pct),
  branches: hits(0, 0, 'Unknown'),
  functions: hits(1, 2, 50),
});

describe('istanbulSummary', () => {
  const parse = (json: unknown): Promise<Report> =>
    istanbulSummary.parse(inChunks(JSON.stringify(json)));

  test('uses the counts and not the percentage', async () => {
    const report = await parse({ total: summary(2, 3, 'Unknown'), '/a.js': summary(2, 3, 100) });
    expect(report).toMatchObject({ covered: 2, total: 3, branches: null });
    expect(report.files).toEqual([{ path: '/a.js', covered: 2, total: 3, lines: null }]);
  });

  test('returns a total of 0 when nothing was instrumented', async () => {
    expect(await parse({ total: summary(0, 0, 'Unknown') })).toMatchObject({
      covered: 0,
      total: 0,
    });
  });

  test.each([
    [{ '/a.js': summary(1, 1) }, /has no "total"/],
    [{ total: summary(-1, 3) }, /"total" at lines.covered/],
    [{ total: summary(1, 2.5) }, /"total" at lines.total/],
    [{ total: { lines: { covered: '1', total: 2 } } }, /"total" at lines.covered/],
  ])('rejects %j', async (json, problem) => {
    await expect(parse(json)).rejects.toThrow(problem);
  });
});

describe('istanbulFinal', () => {
  const parse = (json: unknown): Promise<Report> =>
    istanbulFinal.parse(inChunks(JSON.stringify(json)));
  const at = (line: number | null): object => ({
    start: { line, column: 0 },
    end: { line, column: 9 },
  });

  test('groups statements by the line they start on, which is hit if any of them is', async () => {
    const report = await parse({
      '/a.js': {
        path: '/a.js',
        statementMap: { 0: at(1), 1: at(1), 2: at(2), 3: at(null) },
        s: { 0: 0, 1: 4, 2: 0, 3: 1 },
        b: { 0: [1, 0] },
        f: { 0: 1, 1: -1 },
      },
    });
    expect(report).toMatchObject({
      covered: 1,
      total: 2,
      branches: { covered: 1, total: 2 },
      functions: { covered: 1, total: 2 },
    });
  });

  test('merges two entries of one file', async () => {
    const file = (s: object): object => ({ path: 'a.js', statementMap: { 0: at(1), 1: at(2) }, s });
    const report = await parse({ one: file({ 0: 1, 1: 0 }), two: file({ 0: 0, 1: 1 }) });
    expect(report).toMatchObject({ covered: 2, total: 2 });
  });

  test('recognizes the empty report of a run without sources', async () => {
    expect(istanbulFinal.recognizes(await signatureOf('{}\n'))).toBe(true);
    expect(await parse({})).toMatchObject({ covered: 0, total: 0 });
  });

  test('rejects a member of another shape with the file and the path of the member', async () => {
    await expect(parse({ '/a.js': { statementMap: { 0: {} }, s: {} } })).rejects.toThrow(
      /"\/a.js" at statementMap.0.start/,
    );
  });

  test('rejects an impossible line number', async () => {
    const file = { statementMap: { 0: at(4_000_000_000) }, s: { 0: 1 } };
    await expect(parse({ a: file })).rejects.toThrow(/names line 4000000000/);
  });
});
