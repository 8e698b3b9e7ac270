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

/** Returns a documented section of the configuration. Every key has a default, and so has the section. */
export const section = <Shape extends Readonly<Record<string, z.core.$ZodType>>>(
  description: string,
  shape: Shape,
): z.ZodMiniPrefault<z.ZodMiniObject<Shape, z.core.$strict>> =>
  documented(description, z.prefault(z.strictObject(shape), {} as never));
