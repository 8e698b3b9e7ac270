import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { configReference, type ConfigKey } from '../../../src/config/config-reference.ts';
import { configSchema, describeSchema } from '../../../src/config/config-schema.ts';
import { configTemplate } from '../../../src/output/config-template.ts';
import { analyticsFile } from '../../../src/schema/analytics.ts';
import { configFile } from '../../../src/schema/config.ts';
import { notificationsFile } from '../../../src/schema/notify.ts';
import { scheduleRecord } from '../../../src/schema/schedule.ts';
import { runLine, statusFile } from '../../../src/schema/status.ts';
import { timestamp } from '../../../src/schema/timestamp.ts';
import { syncSchemas } from '../../../src/schema/syncs.ts';

// `npm run docs:generate` runs this file with -u, which writes what the tests compare.

const root = resolve(import.meta.dirname, '../../..');

/** Data files may contain fields of the user, so their schemas allow additional keys. */
const tolerant: NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] = ({
  jsonSchema,
}) => {
  delete jsonSchema.additionalProperties;
};

const lineSchema = (entry: z.ZodMiniObject): object =>
  z.toJSONSchema(z.object({ run: timestamp, ...entry.shape }), { override: tolerant });

const schemas = {
  config: configSchema(),
  ...Object.fromEntries(
    Object.entries(syncSchemas).flatMap(([name, { snapshot, historyEntry }]) => [
      [name, z.toJSONSchema(snapshot, { override: tolerant })],
      [`${name}-line`, lineSchema(historyEntry)],
    ]),
  ),
  analytics: z.toJSONSchema(analyticsFile, { override: tolerant }),
  'sync-status': z.toJSONSchema(statusFile, { override: tolerant }),
  schedule: z.toJSONSchema(scheduleRecord, { override: tolerant }),
  notifications: z.toJSONSchema(notificationsFile, { override: tolerant }),
  'run-line': z.toJSONSchema(runLine, { override: tolerant }),
};

test.each(Object.entries(schemas))(
  'data/schema/%s.schema.json is generated from the schema',
  async (name, schema) => {
    const document = { title: `sync-runner ${name}`, ...schema };
    const file = join(root, 'data/schema', `${name}.schema.json`);
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(file);
  },
);

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

function limitsOf(schema: ReturnType<typeof configSchema>): string {
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
