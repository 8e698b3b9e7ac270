import * as z from 'zod/mini';

/**
 * Attaches the description of a configuration key, and an example for a key without a default. The README, the
 * file that `init` writes and `data/schema/config.schema.json` are generated from them.
 */
export function documented<Schema extends z.core.$ZodType>(
  description: string,
  schema: Schema,
  example?: unknown,
): Schema {
  if (z.globalRegistry.has(schema)) throw new Error(`described twice: ${description}`);
  z.globalRegistry.add(schema, {
    description,
    ...(example === undefined ? {} : { examples: [example] }),
  });
  return schema;
}
