import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { homepage } from '../../../src/commands/help-topics.ts';
import { configReference, type ConfigKey } from '../../../src/config/config-reference.ts';
import { configJsonSchema } from '../../../src/config/config-json-schema.data.ts';
import { describeSchema } from '../../../src/config/config-schema.ts';
import { configTemplate } from '../../../src/output/commands/config-template.ts';
import { analyticsFile } from '../../../src/schema/analytics.ts';
import { configFile } from '../../../src/schema/config.ts';
import { notificationsFile } from '../../../src/schema/notify.ts';
import { scheduleRecord } from '../../../src/schema/schedule.ts';
import { runLine, statusFile } from '../../../src/schema/status.ts';
import { timestamp } from '../../../src/schema/timestamp.ts';
import { syncSchemas } from '../../../src/schema/syncs.ts';
import { addDescriptions, type SchemaExport } from '../../helpers/schema-descriptions.ts';
import { shareDefinitions } from '../../helpers/share-definitions.ts';

type JsonSchema = SchemaExport['schema'];

// `npm run docs:generate` runs this file with -u, which writes what the tests compare.

const root = resolve(import.meta.dirname, '../../..');

/** Data files may contain fields of the user, so their schemas allow additional keys. */
const tolerant: NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] = ({
  jsonSchema,
}) => {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

const runOfLine = timestamp.check();
z.globalRegistry.add(runOfLine, { description: 'The start of the run that wrote the line.' });
const lineSchema = (entry: z.ZodMiniObject): JsonSchema =>
  z.toJSONSchema(z.object({ run: runOfLine, ...entry.shape }), { override: tolerant });
const fileSchema = (file: z.ZodMiniType): JsonSchema =>
  z.toJSONSchema(file, { override: tolerant });

/** The schemas of the files in a workspace, with the export of the code that each is generated from. */
const dataSchemas: Readonly<Record<string, SchemaExport & { readonly title: string }>> = {
  ...Object.fromEntries(
    Object.entries(syncSchemas).flatMap(([name, { snapshot, historyEntry }]) => {
      const module = 'src/schema/syncs.ts';
      const entry = `syncSchemas['${name}']`;
      return [
        [
          name,
          {
            ...{ module, name: `${entry}['snapshot']`, schema: fileSchema(snapshot) },
            title: `data/${name}.json`,
          },
        ],
        [
          `${name}-line`,
          {
            ...{ module, name: `${entry}['historyEntry']`, schema: lineSchema(historyEntry) },
            title: `A line of data/history/${name}/`,
          },
        ],
      ];
    }),
  ),
  analytics: {
    ...{ module: 'src/schema/analytics.ts', name: 'analyticsFile' },
    ...{ schema: fileSchema(analyticsFile), title: 'data/analytics.json' },
  },
  'sync-status': {
    ...{ module: 'src/schema/status.ts', name: 'statusFile' },
    ...{ schema: fileSchema(statusFile), title: 'data/sync-status.json' },
  },
  schedule: {
    ...{ module: 'src/schema/schedule.ts', name: 'scheduleRecord' },
    ...{ schema: fileSchema(scheduleRecord), title: 'data/schedule/schedule.json' },
  },
  notifications: {
    ...{ module: 'src/schema/notify.ts', name: 'notificationsFile' },
    ...{ schema: fileSchema(notificationsFile), title: 'data/notifications.json' },
  },
  'run-line': {
    ...{ module: 'src/schema/status.ts', name: 'runLine' },
    ...{ schema: fileSchema(runLine), title: 'A line of data/history/runs/' },
  },
};
addDescriptions(root, Object.values(dataSchemas));

const documents = Object.entries({
  config: { schema: configJsonSchema, title: 'data/config/sync.json' },
  ...dataSchemas,
}).map(([name, { schema, title }]) => {
  const keywords = name === 'config' ? { allowComments: true, allowTrailingCommas: true } : {};
  const $id = `${homepage}/raw/main/data/schema/${name}.schema.json`;
  return [name, { $id, title, ...keywords, ...schema }] as const;
});

test.each(documents)(
  'data/schema/%s.schema.json is generated from the schema',
  async (name, document) => {
    const file = join(root, 'data/schema', `${name}.schema.json`);
    const shared = name === 'config' ? document : shareDefinitions(document);
    await expect(`${JSON.stringify(shared, null, 2)}\n`).toMatchFileSnapshot(file);
  },
);

test.each(documents)('data/schema/%s.schema.json describes every property', (_name, document) => {
  expect(undescribed(document, '')).toEqual([]);
});

/** Returns the paths of the properties without a description. */
function undescribed(schema: JsonSchema, path: string): readonly string[] {
  const parts = [schema.items, schema.additionalProperties, schema.anyOf, schema.oneOf];
  const definitions = Object.values(schema.$defs ?? {});
  const schemas = [...parts, schema.allOf, schema.prefixItems, definitions].flat();
  const properties = Object.entries(schema.properties ?? {});
  return [
    ...properties.flatMap(([key, property]) =>
      typeof property === 'object' && property.description === undefined ? [`${path}.${key}`] : [],
    ),
    ...properties.map(([key, property]) => [property, `${path}.${key}`] as const),
    ...schemas.map((one) => [one, path] as const),
  ].flatMap((one) => {
    if (typeof one === 'string') return [one];
    const [part, at] = one;
    return typeof part === 'object' ? undescribed(part, at) : [];
  });
}

test('types/index.d.ts is generated from the schemas', async () => {
  const options = { additionalProperties: false, bannerComment: '', unknownAny: true };
  const types: string[] = [];
  for (const [name, { $id, ...schema }] of documents) {
    const title = name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
    const description = `${schema.title}: ${$id}`;
    types.push(await compile({ ...schema, title, description } as object, title, options));
  }
  const banner = '// Types of the files in a workspace. Generated by `npm run docs:generate`.\n\n';
  await expect(banner + types.join('\n')).toMatchFileSnapshot(join(root, 'types/index.d.ts'));
});

const allKeys = (keys: readonly ConfigKey[]): readonly ConfigKey[] =>
  keys.flatMap((key) => [key, ...allKeys(key.children)]);

describe('the configuration', () => {
  test.each(allKeys(configReference()).map((key) => [key.path, key] as const))(
    'describes %s and has a default or an example for it',
    (_path, key) => {
      expect(key.schema.description).toMatch(/^[A-Z`].*\.$/);
      const hasValue =
        key.children.length > 0 || 'default' in key.schema || 'examples' in key.schema;
      expect(hasValue).toBe(true);
    },
  );

  test('is generated into the table of the README', async () => {
    const path = join(root, 'README.md');
    const readme = readFileSync(path, 'utf8');
    const table = /(?<=<!-- generated: configuration -->\n).*?(?=<!-- end -->)/s;
    expect(readme).toMatch(table);
    await expect(readme.replace(table, () => configTable())).toMatchFileSnapshot(path);
  });
});

/** A row for each key that has a value of its own. */
function configTable(): string {
  const rows = allKeys(configReference())
    .filter(({ schema, children }) => children.length === 0 || schema.type === 'array')
    .map(({ path, schema, isRequired }) => {
      const value = 'default' in schema ? code(schema.default) : isRequired ? 'required' : 'none';
      const description = `${schema.description ?? ''}${limitsOf(schema)}`;
      return `| \`${path}\` | ${value} | ${description} |\n`;
    });
  return ['| key | default | description |\n', '|---|---|---|\n', ...rows].join('');
}

const code = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('","', '", "')}\``;

function limitsOf(schema: typeof configJsonSchema): string {
  if (schema.enum) return ` One of ${schema.enum.map(code).join(', ')}.`;
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  if (!isNumber) return '';
  const text = describeSchema(schema);
  return ` ${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

describe('the file that init writes', () => {
  const text = configTemplate({ roots: ['~/code'], schema: '../schema/config.schema.json' });

  test('is as recorded', async () => {
    await expect(text).toMatchFileSnapshot(join(root, 'test/fixtures/init/sync.json'));
  });

  test('is valid, and so is every key when its comment is removed', () => {
    const active = text.replaceAll(/^ *\/\/ (?!")[^\n]*\n/gm, '');
    const uncommented = text.replaceAll(/^( *)\/\/ (?=")/gm, '$1');
    for (const jsonc of [active, uncommented]) {
      const json = jsonc.replaceAll(/^ *\/\/[^\n]*\n/gm, '').replaceAll(/,(?=\s*[}\]])/g, '');
      expect(configFile.safeParse(JSON.parse(json)).error?.issues ?? []).toEqual([]);
    }
  });
});
