import * as z from 'zod/mini';

/** Who owns a field, and how entries of a list are identified when two versions are merged. */
interface Ownership {
  /** The value on disk always takes precedence. */
  readonly owner?: 'user';
  /** Entries with the same values under these keys are the same entry. */
  readonly mergeBy?: readonly string[];
}

export const ownership = z.registry<Ownership>();

/** Marks a field that only the user writes. */
export function userOwned<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  ownership.add(schema, { owner: 'user' });
  return schema;
}

/** Marks a list that is merged entry by entry. No two entries may have the same values under `keys`. */
export function mergedBy<Entry extends z.core.$ZodType>(
  keys: readonly string[],
  schema: z.ZodMiniArray<Entry>,
): z.ZodMiniArray<Entry> {
  const unique = schema.check((list) => {
    const seen = new Set<string>();
    for (const [index, entry] of list.value.entries()) {
      const key = entryKey(keys, entry);
      if (seen.has(key)) {
        const message = `is a duplicate: ${keys.join(', ')} ${key}`;
        list.issues.push({ code: 'custom', message, path: [index], input: entry });
      }
      seen.add(key);
    }
  });
  ownership.add(unique, { mergeBy: keys });
  return unique;
}

/** Returns the identity of an entry of such a list, for example `"sync-runner"`. */
export function entryKey(keys: readonly string[], entry: unknown): string {
  const fields = Object(entry) as Readonly<Record<string, unknown>>;
  return keys.map((key) => JSON.stringify(fields[key])).join(' ');
}
