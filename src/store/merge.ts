import * as z from 'zod/mini';
import { entryKey, ownership } from '../schema/field-ownership.ts';

/** Three versions of one document (or of a part of it). */
export interface Versions {
  /** What the sync started from; undefined when there was none. */
  readonly base: unknown;
  /** What is there now: the user may have edited it meanwhile. */
  readonly disk: unknown;
  /** What the sync says. */
  readonly fresh: unknown;
}

/**
 * Brings together what a sync says and what people wrote into the same file. Keys of the contract take
 * the sync's value; the user's fields and keys that the contract does not know stay as they are on disk,
 * and so does the order of keys. Lists with `mergeBy` are merged entry by entry; all else is replaced.
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
    // The user has taken an optional field of their own away; what the contract needs is put back.
    if (isUserOwned(field) && field instanceof z.ZodMiniOptional) continue;
    merged.push([key, value]);
  }
  // Unlike an assignment, this makes even `__proto__` a key like any other.
  return Object.fromEntries(merged);
}

/** Names that the sync no longer tells vanish, those it tells anew come last. */
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
    // Else the user has deleted it meanwhile: the next run finds it again if it still exists.
  }
  for (const [key, entry] of disk) {
    // The user has added it meanwhile: the sync could not know of it.
    if (!fresh.has(key) && !base.has(key)) merged.push(entry);
  }
  return merged;
}

/** A schema without what only says whether a value may be absent. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
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

/** An own property of anything; undefined when it has none of that name. */
function property<Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined;
function property(of: unknown, key: string): unknown;
function property(of: unknown, key: string): unknown {
  if (!isObject(of) || !Object.hasOwn(of, key)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[key];
}
