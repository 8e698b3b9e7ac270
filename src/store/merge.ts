import * as z from 'zod/mini';
import { entryKey, ownership } from '../schema/field-ownership.ts';

/** Three versions of one document, or of a part of it. */
export interface Versions {
  /** The version that the sync started from; undefined if there was none. */
  readonly base: unknown;
  /** The current version, which the user may have edited meanwhile. */
  readonly disk: unknown;
  /** The version of the sync. */
  readonly fresh: unknown;
}

/**
 * Merges the result of a sync with a file that the user edits, too. Keys of the schema get the value of the sync;
 * fields that the user owns, unknown keys and the order of keys stay as on disk. Lists with `mergeBy` are merged
 * entry by entry, everything else is replaced.
 */
export function merge(schema: z.core.$ZodType, { base, disk, fresh }: Versions): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodMiniObject && isObject(disk) && isObject(fresh)) {
    return mergeObject(inner._zod.def.shape, { base, disk, fresh });
  }
  if (inner instanceof z.ZodMiniRecord && isObject(disk) && isObject(fresh)) {
    return mergeRecord(inner._zod.def.valueType, { base, disk, fresh });
  }
  const mergeBy = ownership.get(inner)?.mergeBy;
  if (inner instanceof z.ZodMiniArray && mergeBy && Array.isArray(disk) && Array.isArray(fresh)) {
    return mergeList(inner._zod.def.element, mergeBy, { base, disk, fresh });
  }
  return fresh;
}

type Objects = Versions & { readonly disk: object; readonly fresh: object };

function mergeObject(shape: z.core.$ZodShape, { base, disk, fresh }: Objects): object {
  const merged: [string, unknown][] = [];
  for (const [key, value] of Object.entries(disk)) {
    const field = property(shape, key);
    if (field === undefined || isUserOwned(field)) merged.push([key, value]);
    else if (Object.hasOwn(fresh, key)) {
      const versions = {
        base: property(base, key),
        disk: value as unknown,
        fresh: property(fresh, key),
      };
      merged.push([key, merge(field, versions)]);
    }
  }
  for (const [key, value] of Object.entries(fresh)) {
    const field = property(shape, key);
    if (field === undefined || Object.hasOwn(disk, key)) continue;
    // The user has removed an optional field of their own. A required one is restored.
    if (isUserOwned(field) && field instanceof z.ZodMiniOptional) continue;
    merged.push([key, value]);
  }
  // Unlike an assignment, this treats `__proto__` as an ordinary key.
  return Object.fromEntries(merged);
}

/** Keys that the sync no longer returns are removed; new keys come last. */
function mergeRecord(valueType: z.core.$ZodType, { base, disk, fresh }: Objects): object {
  const names = [
    ...Object.keys(disk).filter((name) => Object.hasOwn(fresh, name)),
    ...Object.keys(fresh).filter((name) => !Object.hasOwn(disk, name)),
  ];
  return Object.fromEntries(
    names.map((name) => {
      const versions = {
        base: property(base, name),
        disk: property(disk, name),
        fresh: property(fresh, name),
      };
      return [name, merge(valueType, versions)];
    }),
  );
}

function mergeList(
  element: z.core.$ZodType,
  keys: readonly string[],
  versions: Versions & { readonly disk: readonly unknown[]; readonly fresh: readonly unknown[] },
): readonly unknown[] {
  const byKey = (entries: readonly unknown[]): Map<string, unknown> =>
    new Map(entries.map((entry) => [entryKey(keys, entry), entry]));
  const base = byKey(Array.isArray(versions.base) ? versions.base : []);
  const disk = byKey(versions.disk);
  const fresh = byKey(versions.fresh);
  const merged: unknown[] = [];
  for (const [key, entry] of fresh) {
    if (disk.has(key)) {
      merged.push(merge(element, { base: base.get(key), disk: disk.get(key), fresh: entry }));
    } else if (!base.has(key)) {
      merged.push(entry);
    }
    // Otherwise the user has deleted it meanwhile; the next run finds it again if it still exists.
  }
  for (const [key, entry] of disk) {
    // The user has added it since the sync started.
    if (!fresh.has(key) && !base.has(key)) merged.push(entry);
  }
  return merged;
}

/** Returns the schema of the value, without `optional`, `nullable` and `default`. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodMiniOptional ||
    schema instanceof z.ZodMiniNullable ||
    schema instanceof z.ZodMiniDefault
  ) {
    return unwrap(schema._zod.def.innerType);
  }
  return schema;
}

const isUserOwned = (schema: z.core.$ZodType): boolean => ownership.get(schema)?.owner === 'user';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns an own property of any value; undefined if it is missing. */
function property<Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined;
function property(of: unknown, key: string): unknown;
function property(of: unknown, key: string): unknown {
  if (!isObject(of) || !Object.hasOwn(of, key)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[key];
}
