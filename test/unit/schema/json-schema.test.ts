import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { analyticsFile } from '../../../src/schema/analytics.ts';
import { configFile } from '../../../src/schema/config.ts';
import { notificationsFile } from '../../../src/schema/notify.ts';
import { scheduleRecord } from '../../../src/schema/schedule.ts';
import { runLine, statusFile } from '../../../src/schema/status.ts';
import { timestamp } from '../../../src/schema/timestamp.ts';
import { contracts } from '../../../src/schema/syncs.ts';

const folder = resolve(import.meta.dirname, '../../../data/schema');

/** Data files may carry the user's own fields, so their schemas say nothing against more keys. */
const tolerant: NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] = ({
  jsonSchema,
}) => {
  delete jsonSchema.additionalProperties;
};

/** A history line: the run that wrote it, then the digest. */
const lineSchema = (digest: z.ZodMiniObject): object =>
  z.toJSONSchema(z.object({ run: timestamp, ...digest.shape }), { override: tolerant });

const schemas = {
  config: z.toJSONSchema(configFile, { io: 'input', unrepresentable: 'any' }),
  projects: z.toJSONSchema(contracts.projects.snapshot, { override: tolerant }),
  quality: z.toJSONSchema(contracts.quality.snapshot, { override: tolerant }),
  tokens: z.toJSONSchema(contracts.tokens.snapshot, { override: tolerant }),
  analytics: z.toJSONSchema(analyticsFile, { override: tolerant }),
  'sync-status': z.toJSONSchema(statusFile, { override: tolerant }),
  schedule: z.toJSONSchema(scheduleRecord, { override: tolerant }),
  notifications: z.toJSONSchema(notificationsFile, { override: tolerant }),
  'run-line': z.toJSONSchema(runLine, { override: tolerant }),
  'projects-line': lineSchema(contracts.projects.historyEntry),
  'quality-line': lineSchema(contracts.quality.historyEntry),
  'tokens-line': lineSchema(contracts.tokens.historyEntry),
};

test.each(Object.entries(schemas))(
  'data/schema/%s.schema.json is what the contract says',
  async (name, schema) => {
    const document = { title: `sync-runner ${name}`, ...schema };
    const file = join(folder, `${name}.schema.json`);
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(file);
  },
);
