import leven from 'leven';
import { findNodeAtLocation, type Node, type ParseError } from 'jsonc-parser';
import type * as z from 'zod/mini';
import { configFile } from '../schema/config.ts';
import { syntaxErrorText } from '../util/json-text.ts';
import { configJsonSchema } from './config-json-schema.data.ts';
import { describeSchema, itemsOf, type JsonSchema } from './config-schema.ts';
import { duplicateKeys, properties, valueOf, type ConfigProblem } from './json-tree.ts';
import { crossFieldProblems } from './rules.ts';

type Path = readonly (string | number)[];

/**
 * Returns all errors of a configuration, in the order of their positions. Loaded only when there is one, so that a
 * valid file does not pay for the messages.
 */
export function configProblems(
  tree: Node | undefined,
  syntax: readonly ParseError[],
): readonly ConfigProblem[] {
  const code = 'config-syntax' as const;
  const syntaxErrors = syntax.map(({ error, offset }) => ({
    code,
    offset,
    key: '',
    message: `is not valid JSON: ${syntaxErrorText(error)}`,
  }));
  if (!tree) {
    if (syntaxErrors.length > 0) return syntaxErrors;
    return [{ code, offset: 0, key: '', message: 'is empty' }];
  }
  const parsed = configFile.safeParse(valueOf(tree));
  const valueErrors = parsed.success
    ? crossFieldProblems(parsed.data, tree)
    : parsed.error.issues.flatMap((issue) => issueProblems(issue, tree));
  return [...syntaxErrors, ...duplicateKeys(tree), ...valueErrors].toSorted(
    (a, b) => a.offset - b.offset,
  );
}

function issueProblems(issue: z.core.$ZodIssue, tree: Node): readonly ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const own = findNodeAtLocation(tree, [...path]);
  const node = own ?? findNodeAtLocation(tree, path.slice(0, -1)) ?? tree;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const property = properties(node).find((candidate) => candidate.name === name);
      return {
        code: 'config-unknown-key',
        offset: property?.key.offset ?? node.offset,
        key: keyOf([...path, name]),
        message: `unknown key${suggest(name, namesIn(schemaAt(path)))}`,
      };
    });
  }
  if (issue.code === 'invalid_key') {
    const message = 'is not a valid name';
    return [{ code: 'config-invalid-value', offset: node.offset, key: keyOf(path), message }];
  }
  const expected = `must be ${describeSchema(schemaAt(path))}`;
  const message =
    own === undefined
      ? `is missing; it ${expected}`
      : issue.code === 'custom'
        ? `${shownValue(own, path)} ${issue.message}`
        : `${expected}, not ${shownValue(own, path)}`;
  return [{ code: 'config-invalid-value', offset: node.offset, key: keyOf(path), message }];
}

/** URLs of `notify` and `fleet` contain secrets, misspelled ones too. */
function shownValue(node: Node, path: Path): string {
  if (path[0] === 'notify' || path[0] === 'fleet') return 'this value';
  const text = JSON.stringify(valueOf(node));
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** Returns the keys of an object, or the names that the keys of a record may have. */
function namesIn({ properties, propertyNames }: JsonSchema): readonly string[] {
  const names = typeof propertyNames === 'object' ? (propertyNames.enum ?? []) : [];
  return properties === undefined ? names.map(String) : Object.keys(properties);
}

const keyOf = (path: Path): string =>
  path.reduce<string>(
    (key, part) =>
      typeof part === 'number' ? `${key}[${String(part)}]` : key === '' ? part : `${key}.${part}`,
    '',
  );

function suggest(name: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({
      candidate,
      distance: leven(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ distance, candidate }) => distance <= Math.max(2, candidate.length / 3))
    .toSorted((a, b) => a.distance - b.distance);
  if (best) return `; did you mean "${best.candidate}"?`;
  return known.length > 0 ? `; known keys: ${known.join(', ')}` : '';
}

function schemaAt(path: Path): JsonSchema {
  let schema = configJsonSchema;
  for (const part of path) {
    const next =
      typeof part === 'number'
        ? itemsOf(schema)
        : (schema.properties?.[part] ?? schema.additionalProperties);
    if (typeof next !== 'object') return {};
    schema = next;
  }
  return schema;
}
