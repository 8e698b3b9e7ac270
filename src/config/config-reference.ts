import { configJsonSchema } from './config-json-schema.data.ts';
import { itemsOf, type JsonSchema } from './config-schema.ts';

/** A key of the configuration with everything that its documentation needs. */
export interface ConfigKey {
  readonly name: string;
  /** For example `lock.staleMinutes` or `tokens.prices[].model`. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** The keys of an object or of the objects in a list; empty for other values. */
  readonly children: readonly ConfigKey[];
}

/** Returns the keys of the configuration as a tree, in the order of the schema. */
export const configReference = (): readonly ConfigKey[] => keysOf(configJsonSchema, '');

function keysOf(schema: JsonSchema, parent: string): readonly ConfigKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    if (typeof value !== 'object') return [];
    const path = `${parent}${name}`;
    const children =
      value.type === 'array' ? keysOf(itemsOf(value), `${path}[].`) : keysOf(value, `${path}.`);
    const isRequired = schema.required?.includes(name) === true;
    return [{ name, path, schema: value, isRequired, children: withoutRepetition(children) }];
  });
}

/** Replaces sections with the same keys, one for each of many names, by the first one. */
function withoutRepetition(sections: readonly ConfigKey[]): readonly ConfigKey[] {
  const [first, ...others] = sections;
  const keysIn = ({ children }: ConfigKey): string =>
    JSON.stringify(children.map(({ name, schema }) => [name, schema]));
  const isRepeated =
    first !== undefined &&
    first.children.length > 0 &&
    others.length > 1 &&
    others.every((other) => keysIn(other) === keysIn(first));
  if (!isRepeated) return sections;
  const prefix = first.path.slice(0, -first.name.length);
  return [{ ...first, children: keysOf(first.schema, `${prefix}<name>.`) }];
}

/** Returns the value to show for a key: its default, else an example of it or of its children. */
export function exampleOf({ schema, children }: ConfigKey): unknown {
  const isList = schema.type === 'array';
  if (children.length > 0) {
    const fields = Object.fromEntries(children.map((child) => [child.name, exampleOf(child)]));
    return isList ? [fields] : fields;
  }
  return schema.default ?? schema.examples?.[0] ?? null;
}
