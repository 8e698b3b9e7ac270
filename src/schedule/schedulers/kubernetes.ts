import { secretNames } from '../../schema/secrets.ts';
import { cronTick } from '../calendar.ts';
import { scheduledCommand, intervalText } from '../scheduled-command.ts';
import type { Job, Scheduler } from '../scheduler.ts';
import { toYaml } from './yaml.ts';

/** A CronJob manifest. It is printed, never applied. */
export const kubernetes: Scheduler = {
  name: 'kubernetes',
  title: 'Kubernetes CronJob',
  availability: null,
  failureHint: 'apply the printed manifest with `kubectl apply -f -`',
  render: (job) => [{ path: 'cronjob.yaml', text: manifest(job), encoding: 'utf8' }],
  install: () => [],
  uninstall: () => [],
  tick: (job) => {
    const { minutes, dueCheck } = cronTick(job.intervalMinutes, 'utc');
    return { seconds: minutes * 60, dueCheck };
  },
  defaultPath: [],
  nextStart: () => null,
};

/** Paths in the container; a manifest contains none of this machine. */
const container = {
  image: 'registry.example.com/sync-runner:latest',
  command: ['/usr/local/bin/node', '/usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs'],
  workspace: '/workspace',
} as const;

/** A reference to the optional Secret `sync-runner`: a manifest contains no secret values. */
const secretVariable = (name: string): object => ({
  name,
  valueFrom: { secretKeyRef: { name: 'sync-runner', key: name, optional: true } },
});

function manifest(job: Job): string {
  const note = [
    `# ${intervalText(job)}; written by sync-runner install-schedule.`,
    '# Set the image, and create a PersistentVolumeClaim and a Secret named sync-runner.',
    '# The workspace volume contains data/ and the projects that the syncs read.',
  ];
  return `${note.join('\n')}\n${toYaml(cronJob(job))}`;
}

/** Returns the CronJob of batch/v1. */
function cronJob(job: Job): object {
  const tick = cronTick(job.intervalMinutes, 'utc');
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: job.id, labels: { 'app.kubernetes.io/name': 'sync-runner' } },
    spec: {
      schedule: tick.expression,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      // Without a deadline, the controller stops the schedule after 100 missed starts.
      startingDeadlineSeconds: Math.min(300, tick.minutes * 60 - 10),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          // Not limited by the tick: concurrencyPolicy prevents overlapping runs.
          activeDeadlineSeconds: job.timeLimitMinutes * 60,
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
        command: scheduledCommand(container, { dueCheck }),
        env: secretNames.map(secretVariable),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'workspace', mountPath: container.workspace }],
      },
    ],
    volumes: [{ name: 'workspace', persistentVolumeClaim: { claimName: 'sync-runner' } }],
  };
}
