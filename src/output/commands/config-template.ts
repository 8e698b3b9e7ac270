import { configReference, exampleOf, type ConfigKey } from '../../config/config-reference.ts';
import { describeSchema } from '../../config/config-schema.ts';

const maxColumns = 100;

/**
 * Returns the text of a new `sync.json`: every key with its description. Keys with their default value are
 * commented out, so that a later change of the default takes effect.
 */
export function configTemplate(options: {
  readonly roots: readonly string[];
  /** Path of the JSON Schema relative to the file; null if it is missing. */
  readonly schema: string | null;
}): string {
  const values = new Map<string, unknown>([['projects.roots', options.roots]]);
  if (options.schema !== null) values.set('$schema', options.schema);
  const lines = configReference().flatMap((key) => ['', ...linesOf(key, values, '  ')]);
  return [
    '// Configuration of sync-runner. Comments and trailing commas are allowed, every key is optional.',
    '// Keys that are commented out show their default value or an example.',
    '{',
    ...lines.slice(1),
    '}',
    '',
  ].join('\n');
}

function linesOf(
  key: ConfigKey,
  values: ReadonlyMap<string, unknown>,
  indent: string,
): readonly string[] {
  const { name, path, schema, children } = key;
  const comment = wrap(descriptionOf(key), `${indent}// `);
  const isSection = children.length > 0 && schema.default !== undefined && schema.type === 'object';
  if (isSection) {
    const content = children.flatMap((child) => linesOf(child, values, `${indent}  `));
    return [...comment, `${indent}${JSON.stringify(name)}: {`, ...content, `${indent}},`];
  }
  const start = `${indent}${values.has(path) ? '' : '// '}${JSON.stringify(name)}: `;
  return [...comment, `${start}${toText(values.get(path) ?? exampleOf(key))},`];
}

function descriptionOf({ schema }: ConfigKey): string {
  const isRestricted =
    schema.enum !== undefined || schema.type === 'integer' || schema.type === 'number';
  return `${schema.description ?? ''}${isRestricted ? ` Must be ${describeSchema(schema)}.` : ''}`;
}

/** JSON on one line, with spaces as people write it. */
const toText = (value: unknown): string =>
  JSON.stringify(value, null, 1).replace(/\n */g, ' ').replace(/\[ /g, '[').replace(/ \]/g, ']');

function wrap(text: string, prefix: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + 1 + word.length > maxColumns) {
      lines.push(`${prefix}${line}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, `${prefix}${line}`];
}
