import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { runLine, runOutcome, syncResult } from '../../../src/schema/status.ts';
import { tokenSource } from '../../../src/schema/tokens.ts';

const contract = readFileSync(
  resolve(import.meta.dirname, '../../../docs/data-contract.md'),
  'utf8',
);

/** Returns the words that the table of the data contract allows for a run, a sync or a source. */
function documentedFor(column: number): readonly string[] {
  const [, table = ''] = contract.split('| outcome | meaning |');
  const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(2);
  return rows.flatMap((row) => {
    const cells = row.split('|').map((cell) => cell.trim());
    return cells[column + 3] === '✓' ? [(cells[1] ?? '').replaceAll('`', '')] : [];
  });
}

/** Returns all values of a schema of words, or of `outcome` in a schema of objects. */
const wordsOf = (schema: z.ZodMiniType): unknown => {
  const { enum: words, oneOf } = z.toJSONSchema(schema);
  return (
    words ?? oneOf?.map(({ properties }) => (properties?.['outcome'] as { const: string }).const)
  );
};

describe('outcomes', () => {
  test.each([
    ['a run', 0, runOutcome],
    ['a sync', 1, syncResult],
    ['a source', 2, tokenSource.shape.status],
  ] as const)('of %s are the words of the data contract', (_, column, schema) => {
    expect(wordsOf(schema)).toEqual(expect.arrayContaining([...documentedFor(column)]));
    expect(wordsOf(schema)).toHaveLength(documentedFor(column).length);
  });

  test('in files of earlier versions are read as success and error', () => {
    const parts = { durationMs: 1, notices: [], warnings: [] };
    const error = { severity: 'error', code: 'io', subject: null, message: '', hint: null };
    expect(syncResult.parse({ outcome: 'ok', counts: {}, ...parts }).outcome).toBe('success');
    expect(syncResult.parse({ outcome: 'failed', error, ...parts }).outcome).toBe('error');
    expect(tokenSource.shape.status.parse('ok')).toBe('success');
    const at = '2026-11-23T08:45:00.000Z';
    const run = { run: at, finishedAt: at, durationMs: 1, outcome: 'error', trigger: 'manual' };
    const syncs = { tokens: { outcome: 'ok' }, quality: { outcome: 'failed', error: 'x' } };
    expect(runLine.parse({ ...run, syncs }).syncs).toEqual({
      tokens: { outcome: 'success' },
      quality: { outcome: 'error', error: 'x' },
    });
    expect(() => syncResult.parse({ outcome: 'success' })).toThrow();
  });
});
