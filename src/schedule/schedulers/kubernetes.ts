import type { Container, PersistentVolumeClaim, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import { secretNames } from '../../schema/secrets.ts';
import type { Cron } from '../../util/cron.ts';
import { cronTick, type CronTick } from '../calendar.ts';
import { avoidsClockChanges, startsOf } from '../job-timing.ts';
import { scheduledCommand } from '../scheduled-command.ts';
import type { Artifact, Job, Scheduler } from '../scheduler.ts';
import { toYaml } from './yaml.ts';

/** The manifests of a CronJob and its volume. They are printed, never applied. */
export const kubernetes: Scheduler = {
  name: 'kubernetes',
  title: 'Kubernetes CronJob',
  availability: null,
  failureHint: 'apply the printed manifests with `kubectl apply -f -`',
  render: (job) => [
    yamlFile('cronjob.yaml', cronJob(job), [`${job.when}; ${writtenBy}`, ...notes]),
    yamlFile('persistentvolumeclaim.yaml', volumeClaim, [writtenBy]),
  ],
  install: () => [],
  uninstall: () => [],
  pause: () => [],
  start: () => [],
  tick: tickOf,
  defaultPath: [],
  nextStart: () => null,
};

const writtenBy = 'written by sync-runner install-schedule.';

const notes = [
  'Set the image. The keys of the Secret sync-runner become variables; it and all of its keys are optional.',
  'The workspace volume contains data/ and the projects that the syncs read.',
];

interface KubernetesTick extends CronTick {
  readonly timeZone: string;
}

/** The controller omits times that do not exist and repeats times that exist twice, for every expression. */
function tickOf(job: Job): KubernetesTick {
  const { timeZone } = job;
  const isExact = (cron: Cron): boolean =>
    cron.followsClock || avoidsClockChanges(cron) || /^(?:Etc\/)?UTC$/.test(timeZone);
  const { cron, minutes, dueCheck } = startsOf(job, isExact);
  if (cron !== null) return { expression: cron.text, timeZone, minutes, dueCheck };
  const tick = cronTick(minutes, 'utc');
  return { ...tick, timeZone: 'Etc/UTC', dueCheck: dueCheck || tick.dueCheck };
}

/** Paths in the container; a manifest contains none of this machine. */
const container = {
  image: 'registry.example.com/sync-runner',
  command: ['/usr/local/bin/node', '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs'],
  workspace: '/workspace',
} as const;

const name = 'sync-runner';

/** For the start of the container and the steps after the syncs. */
const marginMinutes = 5;

/** Returns a document that can be one of several in a stream. */
const yamlFile = (path: string, content: object, comments: readonly string[]): Artifact => ({
  path,
  text: `---\n${comments.map((line) => `# ${line}\n`).join('')}${toYaml(content)}`,
  encoding: 'utf8',
});

/** Returns the file for `kubectl apply --kustomize` next to the manifests. */
export const kustomization = (): Artifact =>
  yamlFile(
    'kustomization.yaml',
    {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['persistentvolumeclaim.yaml', 'cronjob.yaml'],
      images: [{ name: container.image, newTag: 'latest' }],
    },
    [`kubectl apply --kustomize . ; ${writtenBy}`],
  );

function cronJob(job: Job): CronJob {
  const tick = tickOf(job);
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: job.id, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      schedule: tick.expression,
      timeZone: tick.timeZone,
      concurrencyPolicy: 'Forbid',
      // Without a deadline, the controller stops the schedule after 100 missed starts.
      startingDeadlineSeconds: Math.min(300, (tick.minutes ?? 60) * 60 - 10),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          // Not limited by the tick: concurrencyPolicy prevents overlapping runs.
          activeDeadlineSeconds: Math.ceil((job.syncMinutes + marginMinutes) * 60),
          ttlSecondsAfterFinished: 86_400,
          template: {
            metadata: { labels: { 'app.kubernetes.io/name': name } },
            spec: podSpec(job, tick.dueCheck),
          },
        },
      },
    },
  };
}

/** Satisfies the restricted Pod Security Standard. */
function podSpec(job: Job, dueCheck: boolean): PodSpec {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      // A change of the owner of all files at each start would take minutes.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [containerSpec(job, dueCheck)],
    volumes: [
      { name: 'workspace', persistentVolumeClaim: { claimName: name } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
    ],
  };
}

const containerSpec = (job: Job, dueCheck: boolean): Container => ({
  name,
  image: container.image,
  command: [
    ...scheduledCommand({ ...container, settings: job.settings }, { dueCheck }),
    '--log-to-stdout',
  ],
  env: [
    { name: 'HOME', value: container.workspace },
    // The program evaluates cron expressions and quiet hours in local time.
    ...(job.cron !== null || job.dueCheck ? [{ name: 'TZ', value: job.timeZone }] : []),
    ...secretNames.map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name, key, optional: true } },
    })),
  ],
  // The secrets that the configuration names, such as "$WEBHOOK_URL" and "$FLEET_URL".
  envFrom: [{ secretRef: { name, optional: true } }],
  // For 10,000 repositories (bench/README.md). Node limits its heap to about half of the memory limit.
  resources: { requests: { cpu: '100m', memory: '640Mi' }, limits: { memory: '1Gi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [
    { name: 'workspace', mountPath: container.workspace },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

const volumeClaim: PersistentVolumeClaim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, labels: { 'app.kubernetes.io/name': name } },
  spec: {
    // The lock is not reliable on network file systems.
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '10Gi' } },
  },
};
