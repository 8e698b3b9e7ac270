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

/** Marks a list whose entries keep the user's fields when the list is written again. */
export function mergedBy<Schema extends z.core.$ZodType>(
  keys: readonly string[],
  schema: Schema,
): Schema {
  ownership.add(schema, { mergeBy: keys });
  return schema;
}
