import { InvalidArgumentError } from 'commander';
import { syncNames, type SyncName } from '../contract/sync-names.ts';
import { schedulerNames } from '../schedule/scheduler.ts';
import type { Target } from '../schedule/select.ts';

/** The value of `--only`: some of the syncs, separated by commas. */
export function syncList(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !syncNames.includes(name as SyncName));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(`'${unknown}' is none of ${syncNames.join(', ')}.`);
}

/** The value of `--wait`: seconds, up to a day. */
export function seconds(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds from 0 to 86400.');
}

/** Other names that people know the schedulers by. */
const otherNames: Readonly<Record<string, Target>> = {
  cron: 'crontab',
  schtasks: 'task-scheduler',
  windows: 'task-scheduler',
  k8s: 'kubernetes',
};

export const targets: readonly Target[] = ['auto', ...schedulerNames];

/** The value of `--target`. */
export function targetNamed(value: string): Target {
  const target = targets.find((name) => name === value) ?? otherNames[value];
  if (target !== undefined) return target;
  throw new InvalidArgumentError(`'${value}' is none of ${targets.join(', ')}.`);
}
