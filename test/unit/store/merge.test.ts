import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { mergedBy, userOwned } from '../../../src/schema/field-ownership.ts';
import { merge } from '../../../src/store/merge.ts';

const schema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  error: z.optional(z.string()),
  git: z.nullable(z.object({ branch: z.string(), head: z.optional(z.string()) })),
  bytes: z.record(z.string(), z.int()),
  sources: z.record(z.string(), z.object({ status: z.string() })),
  lines: z.array(z.object({ at: z.int() })),
  items: mergedBy(
    ['id'],
    z.array(
      z.object({
        id: z.string(),
        size: z.int(),
        facts: z.object({ files: z.int() }),
        notes: userOwned(z.optional(z.unknown())),
      }),
    ),
  ),
  manual: userOwned(z._default(z.array(z.unknown()), [])),
});

const item = (id: string, size: number, more: object = {}): object => ({
  id,
  size,
  facts: { files: size },
  ...more,
});
const document = (changes: object = {}): object => ({
  schemaVersion: 1,
  name: 'x',
  git: null,
  bytes: {},
  sources: {},
  lines: [],
  items: [],
  manual: [],
  ...changes,
});
const parse = (text: string): unknown => JSON.parse(text);

describe('merge', () => {
  test('takes the values of the sync and keeps unknown keys at every depth', () => {
    const disk = document({
      git: { branch: 'old', colour: 'red' },
      items: [item('a', 1, { facts: { files: 1, mine: 2 } })],
      mood: 'good',
    });
    const fresh = document({ git: { branch: 'new' }, items: [item('a', 5)] });
    expect(merge(schema, { base: disk, disk, fresh })).toEqual(
      document({
        git: { branch: 'new', colour: 'red' },
        items: [item('a', 5, { facts: { files: 5, mine: 2 } })],
        mood: 'good',
      }),
    );
  });

  test('keeps the order of keys and appends new ones', () => {
    const disk = { mine: 1, git: null, name: 'x', schemaVersion: 1 };
    const merged = merge(schema, { base: disk, disk, fresh: document() }) as object;
    expect(Object.keys(merged).slice(0, 4)).toEqual(['mine', 'git', 'name', 'schemaVersion']);
    expect(Object.keys(merged)).toHaveLength(10 - 1);
  });

  test('removes a known key when the sync no longer returns it', () => {
    const disk = document({ error: 'old' });
    expect(merge(schema, { base: disk, disk, fresh: document() })).toEqual(document());
  });

  test('takes user fields from disk, also when the user removed one', () => {
    const base = document({ items: [item('a', 1, { notes: 'old' })] });
    const disk = document({ items: [item('a', 1)], manual: [{ any: 1 }] });
    const fresh = document({ items: [item('a', 2, { notes: 'old' })], manual: [] });
    expect(merge(schema, { base, disk, fresh })).toEqual(
      document({ items: [item('a', 2)], manual: [{ any: 1 }] }),
    );
  });

  test('restores a required key when the user removed it', () => {
    const disk = { ...document(), manual: undefined };
    Reflect.deleteProperty(disk, 'manual');
    expect(merge(schema, { base: disk, disk, fresh: document() })).toEqual(document());
  });

  test('replaces records, but keeps unknown keys of the remaining entries', () => {
    const disk = document({
      bytes: { Perl: 5, C: 1 },
      sources: { gone: { status: 'ok' }, here: { status: 'ok', mine: 1 } },
    });
    const fresh = document({ bytes: { C: 2, Go: 3 }, sources: { here: { status: 'error' } } });
    expect(merge(schema, { base: disk, disk, fresh })).toEqual(
      document({ bytes: { C: 2, Go: 3 }, sources: { here: { status: 'error', mine: 1 } } }),
    );
  });

  test.each([
    // base, disk, fresh, merged
    ['new to the sync', '', '', 'a', 'a'],
    ['dropped by the sync', 'ab', 'ab', 'a', 'a'],
    ['added by the user', 'a', 'ab', 'a', 'ab'],
    ['deleted by the user', 'ab', 'a', 'ab', 'a'],
    ['deleted by both', 'ab', 'a', 'a', 'a'],
    ['added by both', '', 'a', 'a', 'a'],
    ['in a file without a base version', null, 'b', 'a', 'ab'],
  ])('keeps or removes an entry that was %s', (_what, base, disk, fresh, merged) => {
    const items = (ids: string | null): unknown =>
      ids === null ? undefined : document({ items: Array.from(ids, (id) => item(id, 1)) });
    const versions = { base: items(base), disk: items(disk), fresh: items(fresh) };
    expect(merge(schema, versions)).toEqual(items(merged));
  });

  test('accepts __proto__ and constructor as keys', () => {
    const disk = parse(
      '{ "__proto__": { "evil": 1 }, "constructor": 2, "bytes": { "__proto__": 3 } }',
    );
    const fresh = document({ bytes: parse('{ "__proto__": 4, "constructor": 5 }') });
    const merged = merge(schema, { base: disk, disk, fresh }) as Record<string, unknown>;
    expect(JSON.stringify(merged)).toMatch(
      /^\{"__proto__":\{"evil":1\},"constructor":2,"bytes":\{"__proto__":4,"constructor":5\}/,
    );
    expect((merged as { evil?: unknown }).evil).toBeUndefined();
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
  });
});

describe('merge of random versions', () => {
  const knownKeys = new Set(Object.keys(schema.shape));
  const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
  const unknownKeys = fc
    .dictionary(key, fc.jsonValue(), { maxKeys: 3 })
    .map((keys) =>
      Object.fromEntries(
        Object.entries(keys).filter(
          ([name]) =>
            !knownKeys.has(name) &&
            !['id', 'size', 'facts', 'notes', 'files', 'branch', 'head'].includes(name),
        ),
      ),
    );
  const anItem = fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd', '__proto__'),
      size: fc.nat(9),
      more: unknownKeys,
      inner: unknownKeys,
      notes: fc.option(fc.jsonValue(), { nil: undefined }),
    })
    .map(({ id, size, more, inner, notes }) =>
      withKeys(
        {
          id,
          size,
          facts: withKeys({ files: size }, inner),
          ...(notes === undefined ? {} : { notes }),
        },
        more,
      ),
    );
  const version = fc
    .record({
      name: fc.string(),
      items: fc.uniqueArray(anItem, { selector: ({ id }) => id }),
      more: unknownKeys,
      manual: fc.array(fc.jsonValue(), { maxLength: 2 }),
    })
    .map(({ name, items, more, manual }) => withKeys(document({ name, items, manual }), more));

  /** Unlike an assignment, this keeps `__proto__` as a key. */
  function withKeys(known: object, more: object): Record<string, unknown> {
    return Object.fromEntries([...Object.entries(known), ...Object.entries(more)]);
  }
  const itemsOf = (of: unknown): Map<string, Record<string, unknown>> =>
    new Map(
      (of as { items: Record<string, unknown>[] }).items.map((one) => [String(one['id']), one]),
    );
  const isUnknown = (name: string): boolean => !['id', 'size', 'facts', 'notes'].includes(name);

  test('keeps user fields, takes sync fields and is idempotent', () => {
    fc.assert(
      fc.property(version, version, version, (base, disk, fresh) => {
        const before = JSON.stringify([base, disk, fresh]);
        const merged = merge(schema, { base, disk, fresh }) as Record<string, unknown>;
        for (const name of Object.keys(disk).filter((one) => !knownKeys.has(one))) {
          expect(Object.hasOwn(merged, name)).toBe(true);
          expect(merged[name]).toEqual(disk[name]);
        }
        expect(merged['manual']).toEqual(disk['manual']);
        expect(merged['name']).toBe(fresh['name']);
        const [onDisk, fromSync] = [itemsOf(disk), itemsOf(fresh)];
        for (const [id, one] of itemsOf(merged)) {
          const stored = onDisk.get(id);
          for (const [name, value] of Object.entries(stored ?? {}).filter(([field]) =>
            isUnknown(field),
          )) {
            expect(one[name]).toEqual(value);
          }
          if (stored) expect(one['notes']).toEqual(stored['notes']);
          if (fromSync.has(id)) {
            expect(one['size']).toBe(fromSync.get(id)?.['size']);
            expect(one['facts']).toMatchObject({ files: one['size'] });
          }
        }
        expect(merge(schema, { base, disk: merged, fresh })).toStrictEqual(merged);
        expect(schema.safeParse(merged).success).toBe(true);
        expect(JSON.stringify([base, disk, fresh])).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
