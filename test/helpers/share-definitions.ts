import type { z } from 'zod/mini';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Returns a JSON Schema in which an object or a union that occurs several times is in `$defs`, named after the first
 * property of that type. The descriptions of properties stay where they are.
 */
export function shareDefinitions(schema: JsonSchema): JsonSchema {
  const occurrences = new Map<string, number>();
  countTypes(schema, occurrences);
  const definitions = new Map<string, { readonly name: string; schema: JsonSchema }>();
  const names = new Set<string>();
  const share = (part: JsonSchema, property: string): JsonSchema => {
    const { description, ...rest } = part;
    const key = JSON.stringify(rest);
    if ((occurrences.get(key) ?? 0) < 2) return mapParts(part, property, share);
    let definition = definitions.get(key);
    if (definition === undefined) {
      definition = { name: uniqueName(property, names), schema: {} };
      definitions.set(key, definition);
      definition.schema = mapParts(rest, property, share);
    }
    const reference = { $ref: `#/$defs/${definition.name}` };
    return description === undefined ? reference : { description, ...reference };
  };
  const shared = mapParts(schema, '', share);
  if (definitions.size === 0) return shared;
  const entries = [...definitions.values()].map(({ name, schema: part }) => [name, part] as const);
  return { ...shared, $defs: Object.fromEntries(entries) };
}

/** Counts objects and unions by their JSON without their description. Parts of repeated ones count once. */
function countTypes(schema: JsonSchema, occurrences: Map<string, number>): void {
  const visit = (part: JsonSchema, property: string): JsonSchema => {
    if (Object.keys(part.properties ?? {}).length > 1 || part.oneOf !== undefined) {
      const { description: _, ...rest } = part;
      const key = JSON.stringify(rest);
      const count = (occurrences.get(key) ?? 0) + 1;
      occurrences.set(key, count);
      if (count > 1) return part;
    }
    return mapParts(part, property, visit);
  };
  mapParts(schema, '', visit);
}

/** Replaces the direct parts of a schema. `property` is the name of the property that they are the type of. */
function mapParts(
  schema: JsonSchema,
  property: string,
  map: (part: JsonSchema, property: string) => JsonSchema,
): JsonSchema {
  const one = (part: unknown, name = property): unknown =>
    typeof part === 'object' && part !== null ? map(part as JsonSchema, name) : part;
  const list = (parts: readonly unknown[]): unknown[] => parts.map((part) => one(part));
  const result: Record<string, unknown> = { ...schema };
  for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items', 'additionalProperties']) {
    const value = result[key];
    if (value !== undefined) result[key] = Array.isArray(value) ? list(value) : one(value);
  }
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties);
    const keys = entries.map(([, part]) => JSON.stringify(part));
    // Of a map with fixed keys, such as the names of the syncs, the name of the map describes the type.
    const nameFor = (name: string, key = ''): string =>
      keys.filter((other) => other === key).length > 1 && property !== '' ? property : name;
    result['properties'] = Object.fromEntries(
      entries.map(([name, part], index) => [name, one(part, nameFor(name, keys[index]))]),
    );
  }
  return result;
}

function uniqueName(property: string, names: Set<string>): string {
  const base = property.replace(/\W/g, '').replace(/^./, (letter) => letter.toUpperCase());
  let name = base;
  for (let number = 2; names.has(name); number += 1) name = `${base}${String(number)}`;
  names.add(name);
  return name;
}
