import { secretNames } from '../../schema/secrets.ts';
import { cronTick } from '../calendar.ts';
import { commandOf, everyText } from '../scheduled-command.ts';
import type { Job, Scheduler } from '../scheduler.ts';
import { yamlText } from './yaml.ts';

/** A CronJob manifest for those who outgrow one machine: rendered, never applied. */
export const kubernetes: Scheduler = {
  name: 'kubernetes',
  title: 'Kubernetes CronJob',
  presence: null,
  failureHint: 'kubectl apply -f - reads the printed manifest',
  render: (job) => [{ path: 'cronjob.yaml', text: manifest(job), encoding: 'utf8' }],
  install: () => [],
  uninstall: () => [],
  tick: (job) => {
    const { minutes, dueCheck } = cronTick(job.intervalMinutes, 'utc');
    return { seconds: minutes * 60, dueCheck };
  },
  nextStart: () => null,
};

/** Where a container has things; nothing of this machine belongs into a manifest. */
const container = {
  image: 'registry.example.com/sync-runner:latest',
  command: ['/usr/local/bin/node', '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs'],
  workspace: '/workspace',
} as const;

/** Secrets are named, never written: they come from the Secret `sync-runner`, if there is one. */
const secretVariable = (name: string): object => ({
  name,
  valueFrom: { secretKeyRef: { name: 'sync-runner', key: name, optional: true } },
});

function manifest(job: Job): string {
  const note = [
    `# ${everyText(job)}; written by sync-runner install-schedule.`,
    '# Yours to fill in: the image, a PersistentVolumeClaim and a Secret named sync-runner.',
    '# The workspace volume holds data/ and the projects that the syncs look at.',
  ];
  return `${note.join('\n')}\n${yamlText(cronJob(job))}`;
}

/** The manifest as an object (batch/v1). */
function cronJob(job: Job): object {
  const tick = cronTick(job.intervalMinutes, 'utc');
  // A run must be over before the next start is due.
  const limitSeconds = Math.min(job.timeLimitMinutes * 60, tick.minutes * 60 - 10);
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: job.id, labels: { 'app.kubernetes.io/name': 'sync-runner' } },
    spec: {
      schedule: tick.expression,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      // Without it, a hundred missed starts would stop the schedule for good.
      startingDeadlineSeconds: Math.min(300, tick.minutes * 60 - 10),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: limitSeconds,
          ttlSecondsAfterFinished: 86_400,
          template: { spec: podSpec(tick.dueCheck) },
        },
      },
    },
  };
}

function podSpec(dueCheck: boolean): object {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
    containers: [
      {
        name: 'sync-runner',
        image: container.image,
        command: commandOf(container, { dueCheck }),
        env: secretNames.map(secretVariable),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'workspace', mountPath: container.workspace }],
      },
    ],
    volumes: [{ name: 'workspace', persistentVolumeClaim: { claimName: 'sync-runner' } }],
  };
}
