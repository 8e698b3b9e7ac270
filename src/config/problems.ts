import leven from 'leven';
import { findNodeAtLocation, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import * as z from 'zod/mini';
import { configFile } from '../schema/config.ts';
import { duplicateKeys, properties, valueOf, type ConfigProblem } from './json-tree.ts';
import { crossFieldProblems } from './rules.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Path = readonly (string | number)[];

/**
 * Everything that is wrong with a configuration, in the order of its places.
 * Loaded only when something is: a valid file pays nothing for good messages.
 */
export function configProblems(
  tree: Node | undefined,
  syntax: readonly ParseError[],
): readonly ConfigProblem[] {
  const code = 'config-syntax' as const;
  const broken = syntax.map(({ error, offset }) => ({
    code,
    offset,
    key: '',
    message: `is not valid JSON: ${words(printParseErrorCode(error))}`,
  }));
  if (!tree)
    return broken.length > 0 ? broken : [{ code, offset: 0, key: '', message: 'is empty' }];
  const parsed = configFile.safeParse(valueOf(tree));
  const rules = parsed.success
    ? crossFieldProblems(parsed.data, tree)
    : parsed.error.issues.flatMap((issue) => issueProblems(issue, tree));
  return [...broken, ...duplicateKeys(tree), ...rules].toSorted((a, b) => a.offset - b.offset);
}

function issueProblems(issue: z.core.$ZodIssue, tree: Node): readonly ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const node = findNodeAtLocation(tree, [...path]) ?? tree;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const property = properties(node).find((candidate) => candidate.name === name);
      return {
        code: 'config-unknown-key',
        offset: property?.key.offset ?? node.offset,
        key: keyOf([...path, name]),
        message: `unknown key${nearest(name, Object.keys(schemaAt(path).properties ?? {}))}`,
      };
    });
  }
  // Addresses of `notify` hold secrets, also those that were mistyped.
  const got = path[0] === 'notify' ? 'what stands here' : JSON.stringify(valueOf(node));
  const shown = got.length > 40 ? `${got.slice(0, 37)}...` : got;
  const message =
    issue.code === 'custom'
      ? `${shown} ${issue.message}`
      : `must be ${describe(schemaAt(path))}, not ${shown}`;
  return [{ code: 'config-invalid-value', offset: node.offset, key: keyOf(path), message }];
}

const keyOf = (path: Path): string =>
  path.reduce<string>(
    (key, part) =>
      typeof part === 'number' ? `${key}[${String(part)}]` : key === '' ? part : `${key}.${part}`,
    '',
  );

function nearest(name: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({
      candidate,
      distance: leven(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ distance, candidate }) => distance <= Math.max(2, candidate.length / 3))
    .toSorted((a, b) => a.distance - b.distance);
  if (best) return `; did you mean "${best.candidate}"?`;
  return known.length > 0 ? `; known are ${known.join(', ')}` : '';
}

/** The JSON Schema of the key at a path: it knows the limits that a message has to name. */
function schemaAt(path: Path): JsonSchema {
  let schema: JsonSchema = z.toJSONSchema(configFile, { io: 'input', unrepresentable: 'any' });
  for (const part of path) {
    const next = typeof part === 'number' ? schema.items : schema.properties?.[part];
    if (typeof next !== 'object' || Array.isArray(next)) return {};
    schema = next;
  }
  return schema;
}

/** A JSON Schema in words: what is allowed. */
function describe(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map((one) => describe(one)).join(' or ');
  if (schema.enum) return `one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`;
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'object':
      return `an object with keys of ${Object.keys(schema.properties ?? {}).join(', ')}`;
    case 'array': {
      const items =
        typeof schema.items === 'object' && !Array.isArray(schema.items) ? schema.items : {};
      return `a list${(schema.minItems ?? 0) > 0 ? ' (not empty)' : ''}, each ${describe(items)}`;
    }
    default:
      return schema.pattern === undefined ? 'a text' : `a text like ${schema.pattern}`;
  }
}

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

/** `CommaExpected` → `comma expected` */
const words = (code: string): string =>
  code.replace(/\B[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
