import * as z from 'zod/mini';

/** Who a field belongs to, and how the entries of a list are told apart when two versions are merged. */
interface Ownership {
  /** The user's own: what is on disk always wins. */
  readonly owner?: 'user';
  /** Entries with the same values under these keys are the same entry. */
  readonly mergeBy?: readonly string[];
}

export const ownership = z.registry<Ownership>();

/** Marks a field that only the user edits. */
export function userOwned<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  ownership.add(schema, { owner: 'user' });
  return schema;
}

/** Marks a list whose entries keep the user's fields when the list is written again; no two may be the same. */
export function mergedBy<Entry extends z.core.$ZodType>(
  keys: readonly string[],
  schema: z.ZodMiniArray<Entry>,
): z.ZodMiniArray<Entry> {
  const unique = schema.check((list) => {
    const seen = new Set<string>();
    for (const [index, entry] of list.value.entries()) {
      const key = entryKey(keys, entry);
      if (seen.has(key)) {
        const message = `is there twice: ${keys.join(', ')} ${key}`;
        list.issues.push({ code: 'custom', message, path: [index], input: entry });
      }
      seen.add(key);
    }
  });
  ownership.add(unique, { mergeBy: keys });
  return unique;
}

/** What tells an entry of such a list from all others, for example `"sync-runner"`. */
export function entryKey(keys: readonly string[], entry: unknown): string {
  const fields = Object(entry) as Readonly<Record<string, unknown>>;
  return keys.map((key) => JSON.stringify(fields[key])).join(' ');
}
