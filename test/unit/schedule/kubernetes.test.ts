import { expect, test } from 'vitest';
import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import { secretNames } from '../../../src/schema/secrets.ts';
import { kubernetes } from '../../../src/schedule/schedulers/kubernetes.ts';
import { toYaml } from '../../../src/schedule/schedulers/yaml.ts';
import { parseYaml } from '../../helpers/parse-yaml.ts';
import { everyInterval, exampleHost, exampleJob, hostileJob } from './examples.ts';

const manifestText = (job = exampleJob): string =>
  kubernetes.render(job, exampleHost)[0]?.text ?? '';
const manifestOf = (job = exampleJob): CronJob => parseYaml(manifestText(job)) as CronJob;

test('kubernetes renders a valid CronJob for every interval', () => {
  // Many intervals have the same manifest.
  const texts = new Set(
    everyInterval.map((intervalMinutes) => manifestText({ ...exampleJob, intervalMinutes })),
  );
  for (const text of texts) {
    const { apiVersion, kind, metadata, spec } = parseYaml(text) as CronJob;
    if (spec?.jobTemplate.spec?.template.spec === undefined) throw new Error('no pod');
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'batch/v1', kind: 'CronJob' });
    expect(metadata?.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
    expect(spec.schedule).toMatch(/^(?:\*|0|\*\/\d+) (?:\*|0|\*\/\d+) \* \* \*$/);
    expect(spec.timeZone).toBe('Etc/UTC');
    expect(spec.concurrencyPolicy).toBe('Forbid');
    // The controller checks every 10 seconds.
    expect(spec.startingDeadlineSeconds).toBeGreaterThanOrEqual(10);
    const { backoffLimit, activeDeadlineSeconds, template } = spec.jobTemplate.spec;
    expect(backoffLimit).toBe(0);
    expect(Number.isInteger(activeDeadlineSeconds)).toBe(true);
    expect(activeDeadlineSeconds).toBe(35 * 60);
    const { restartPolicy, containers = [], volumes } = template.spec ?? {};
    expect(restartPolicy).toBe('Never');
    expect(containers).toHaveLength(1);
    for (const { volumeMounts = [] } of containers) {
      const names = (volumes ?? []).map(({ name }) => name);
      expect(volumeMounts.every(({ name }) => names.includes(name))).toBe(true);
    }
  }
});

test('kubernetes renders references to optional secrets, and no path of this machine', () => {
  const container = manifestOf(hostileJob).spec?.jobTemplate.spec?.template.spec?.containers[0];
  const variables = (container?.env ?? []).filter(({ name }) => name !== 'HOME');
  expect(variables.map(({ name, valueFrom }) => [name, Object.keys(valueFrom ?? {})])).toEqual([
    ['ANTHROPIC_ADMIN_KEY', ['secretKeyRef']],
    ['ANTHROPIC_ORG_ID', ['secretKeyRef']],
    ['ANTHROPIC_BASE_URL', ['secretKeyRef']],
    ['OPENAI_ADMIN_KEY', ['secretKeyRef']],
    ['OPENAI_BASE_URL', ['secretKeyRef']],
    ['OPENROUTER_MANAGEMENT_KEY', ['secretKeyRef']],
    ['OPENROUTER_BASE_URL', ['secretKeyRef']],
    ['CURSOR_ADMIN_KEY', ['secretKeyRef']],
    ['CURSOR_BASE_URL', ['secretKeyRef']],
    ['LITELLM_ADMIN_KEY', ['secretKeyRef']],
    ['LITELLM_BASE_URL', ['secretKeyRef']],
  ]);
  expect(variables.map(({ valueFrom }) => valueFrom?.secretKeyRef)).toEqual(
    secretNames.map((key) => ({ name: 'sync-runner', key, optional: true })),
  );
  expect(container?.command?.slice(1)).toEqual([
    '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs',
    'run',
    '--scheduled',
    '--workspace',
    '/workspace',
    '--log-to-stdout',
  ]);
  expect(kubernetes.render(hostileJob, exampleHost)).toEqual(
    kubernetes.render(exampleJob, exampleHost),
  );
});

test.each([7, 45])(
  'kubernetes allows a run the limits of all syncs when an interval of %i min needs a finer tick',
  (intervalMinutes) => {
    const { spec } = manifestOf({ ...exampleJob, intervalMinutes, syncMinutes: 85 });
    expect(spec?.jobTemplate.spec?.activeDeadlineSeconds).toBe(90 * 60);
    expect(spec?.concurrencyPolicy).toBe('Forbid');
  },
);

test('toYaml quotes strings that YAML reads as another type', () => {
  const data = {
    a: 'word',
    'b/c': ['x', 1, true, { d: 'yes', e: { f: '*/15 * * * *' } }],
    g: 'two words: "q"',
  };
  expect(parseYaml(toYaml(data))).toEqual(data);
  expect(toYaml({ a: 'no', b: '1', c: 'null', d: '~' })).toBe(
    'a: "no"\nb: "1"\nc: "null"\nd: "~"\n',
  );
});
