import * as z from 'zod/mini';
import { equalJson } from '../util/json.ts';
import { unwrap } from './merge.ts';

/**
 * Parses like `schema.safeParse`, but the lists of a document item by item, and returns the item itself where its copy
 * would be the same: a large document is not in memory twice.
 */
export function parseInParts<Schema extends z.ZodMiniType>(
  schema: Schema,
  document: unknown,
): z.core.util.SafeParseResult<z.infer<Schema>> {
  const lists = parseLists(schema, document);
  if (lists === null) return schema.safeParse(document);
  const empty = Object.fromEntries(Object.keys(lists).map((key) => [key, []]));
  const rest = schema.safeParse({ ...Object(document), ...empty } as unknown);
  // The errors of the complete document have its paths.
  return rest.success
    ? { success: true, data: Object.assign(Object(rest.data), lists) as z.infer<Schema> }
    : schema.safeParse(document);
}

/** Returns the parsed lists of a document by key; null if an item is invalid or the document is not an object. */
function parseLists(schema: z.ZodMiniType, document: unknown): Record<string, unknown[]> | null {
  if (!(schema instanceof z.ZodMiniObject) || typeof document !== 'object' || document === null) {
    return null;
  }
  const lists: Record<string, unknown[]> = {};
  for (const [key, field] of Object.entries(schema._zod.def.shape)) {
    const list = unwrap(field);
    const items = Object.hasOwn(document, key) ? (document as Record<string, unknown>)[key] : null;
    if (!(list instanceof z.ZodMiniArray) || !Array.isArray(items)) continue;
    if ((list._zod.def.checks?.length ?? 0) > 0) continue;
    const element = list._zod.def.element as z.ZodMiniType;
    const parsed: unknown[] = [];
    for (const item of items as unknown[]) {
      const { success, data } = element.safeParse(item);
      if (!success) return null;
      parsed.push(equalJson(data, item) ? item : data);
    }
    lists[key] = parsed;
  }
  return lists;
}
