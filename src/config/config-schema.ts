import type * as z from 'zod/mini';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Returns what a JSON Schema allows, in words. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map((one) => describeSchema(one)).join(' or ');
  if (schema.enum) return `one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`;
  switch (schema.type) {
    case 'integer':
      return `an integer${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'object':
      return `an object with the keys ${Object.keys(schema.properties ?? {}).join(', ')}`;
    case 'array':
      return `a list${(schema.minItems ?? 0) > 0 ? ' (not empty)' : ''}, each ${describeSchema(itemsOf(schema))}`;
    default:
      return schema.pattern === undefined ? 'a string' : `a string like ${schema.pattern}`;
  }
}

/** Returns the schema of the items of a list; an empty schema if it has none. */
export const itemsOf = ({ items }: JsonSchema): JsonSchema =>
  typeof items === 'object' && !Array.isArray(items) ? items : {};

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  if (exclusiveMinimum !== undefined) {
    const above = ` above ${String(exclusiveMinimum)}`;
    return maximum === undefined ? above : `${above}, at most ${String(maximum)}`;
  }
  if (minimum !== undefined && maximum !== undefined) {
    return ` from ${String(minimum)} to ${String(maximum)}`;
  }
  return minimum === undefined ? '' : ` of at least ${String(minimum)}`;
}
