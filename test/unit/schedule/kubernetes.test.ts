import { expect, test } from 'vitest';
import { secretNames } from '../../../src/schema/secrets.ts';
import { kubernetes } from '../../../src/schedule/schedulers/kubernetes.ts';
import { toYaml } from '../../../src/schedule/schedulers/yaml.ts';
import { everyInterval, exampleHost, exampleJob, hostileJob } from './examples.ts';

/** The part of batch/v1 that the manifest uses. */
interface CronJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'CronJob';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
    readonly startingDeadlineSeconds: number;
    readonly jobTemplate: {
      readonly spec: {
        readonly backoffLimit: number;
        readonly activeDeadlineSeconds: number;
        readonly template: {
          readonly spec: {
            readonly restartPolicy: 'Never' | 'OnFailure';
            readonly containers: readonly {
              readonly image: string;
              readonly command: readonly string[];
              readonly env: readonly {
                readonly name: string;
                readonly valueFrom: { readonly secretKeyRef: object };
              }[];
              readonly volumeMounts: readonly { readonly name: string }[];
            }[];
            readonly volumes: readonly { readonly name: string }[];
          };
        };
      };
    };
  };
}

/** Parses the subset of YAML that `toYaml` writes: maps, lists, JSON scalars and plain words. */
function parseYaml(text: string): unknown {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ indent: line.search(/\S/), text: line.trim() }));
  let at = 0;
  const scalar = (word: string): unknown =>
    /^[A-Za-z/]/.test(word) && !/^(?:true|false)$/.test(word) ? word : JSON.parse(word);
  const block = (indent: number): unknown => {
    const isList = lines[at]?.text.startsWith('- ') ?? false;
    const list: unknown[] = [];
    const map: Record<string, unknown> = {};
    for (let line = lines[at]; line?.indent === indent; line = lines[at]) {
      if (isList) {
        const rest = line.text.slice(2);
        if (/^(?:"[^"]*"|[\w./-]+):/.test(rest)) {
          lines[at] = { indent: indent + 2, text: rest };
          list.push(block(indent + 2));
        } else {
          at += 1;
          list.push(scalar(rest));
        }
        continue;
      }
      const [, key = '', value = ''] = /^("[^"]*"|[\w./-]+):(?: (.*))?$/.exec(line.text) ?? [];
      at += 1;
      map[String(scalar(key))] = value === '' ? block(lines[at]?.indent ?? 0) : scalar(value);
    }
    return isList ? list : map;
  };
  return block(0);
}

const manifestOf = (job = exampleJob): CronJob =>
  parseYaml(kubernetes.render(job, exampleHost)[0]?.text ?? '') as CronJob;

test('kubernetes renders a valid CronJob for every interval', () => {
  for (const intervalMinutes of everyInterval) {
    const { apiVersion, kind, metadata, spec } = manifestOf({ ...exampleJob, intervalMinutes });
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'batch/v1', kind: 'CronJob' });
    expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
    expect(spec.schedule).toMatch(/^(?:\*|0|\*\/\d+) (?:\*|0|\*\/\d+) \* \* \*$/);
    expect(spec.timeZone).toBe('Etc/UTC');
    expect(spec.concurrencyPolicy).toBe('Forbid');
    // The controller checks every 10 seconds.
    expect(spec.startingDeadlineSeconds).toBeGreaterThanOrEqual(10);
    const { backoffLimit, activeDeadlineSeconds, template } = spec.jobTemplate.spec;
    expect(backoffLimit).toBe(0);
    expect(Number.isInteger(activeDeadlineSeconds)).toBe(true);
    expect(activeDeadlineSeconds).toBe(3600);
    const { restartPolicy, containers, volumes } = template.spec;
    expect(restartPolicy).toBe('Never');
    expect(containers).toHaveLength(1);
    for (const { volumeMounts } of containers) {
      const names = volumes.map(({ name }) => name);
      expect(volumeMounts.every(({ name }) => names.includes(name))).toBe(true);
    }
  }
});

test('kubernetes renders references to optional secrets, and no path of this machine', () => {
  const [container] = manifestOf(hostileJob).spec.jobTemplate.spec.template.spec.containers;
  expect(container?.env.map(({ name, valueFrom }) => [name, Object.keys(valueFrom)])).toEqual([
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
  expect(container?.env.map(({ valueFrom }) => valueFrom.secretKeyRef)).toEqual(
    secretNames.map((key) => ({ name: 'sync-runner', key, optional: true })),
  );
  expect(container?.command.slice(1)).toEqual([
    '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs',
    'run',
    '--scheduled',
    '--workspace',
    '/workspace',
  ]);
  expect(kubernetes.render(hostileJob, exampleHost)).toEqual(
    kubernetes.render(exampleJob, exampleHost),
  );
});

test.each([7, 45])(
  'kubernetes allows a run its full time limit when an interval of %i min needs a finer tick',
  (intervalMinutes) => {
    const { spec } = manifestOf({ ...exampleJob, intervalMinutes, timeLimitMinutes: 90 });
    expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBe(90 * 60);
    expect(spec.concurrencyPolicy).toBe('Forbid');
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
