import type { Node } from 'jsonc-parser';
import type { Config } from '../schema/config.ts';
import { properties, type ConfigProblem } from './json-tree.ts';
import { isAlwaysQuiet, shortestMinutes, timingsOf } from './timing.ts';

/** Returns the errors that concern more than one value. */
export function crossFieldProblems(config: Config, tree: Node): readonly ConfigProblem[] {
  const offsetOf = (key: string): number =>
    key
      .split('.')
      .reduce(
        (node, name) => properties(node).find((one) => one.name === name)?.value ?? node,
        tree,
      ).offset;
  const problems: ConfigProblem[] = [];
  if (new Set(config.syncs).size < config.syncs.length) {
    problems.push({
      code: 'config-invalid-value',
      offset: offsetOf('syncs'),
      key: 'syncs',
      message: 'contains a sync twice',
    });
  }
  // The next run would stop a run that takes longer than this.
  if (config.timeoutMinutes * config.syncs.length > config.lock.staleMinutes) {
    problems.push({
      code: 'config-conflicting-values',
      offset: offsetOf('timeoutMinutes'),
      key: 'timeoutMinutes',
      message:
        `${String(config.syncs.length)} syncs of ${String(config.timeoutMinutes)} minutes could exceed ` +
        `lock.staleMinutes (${String(config.lock.staleMinutes)}); lower it, or raise lock.staleMinutes`,
    });
  }
  return [...problems, ...timingProblems(config, offsetOf)];
}

/** Returns the errors of schedules whose times are all quiet, and of a delay that reaches the next run. */
function timingProblems(
  config: Config,
  offsetOf: (key: string) => number,
): readonly ConfigProblem[] {
  const { schedule, syncSchedules, quietHours, scheduler } = config;
  const keys = [
    { key: 'schedule', timing: schedule },
    ...Object.entries(syncSchedules).map(([name, timing]) => ({
      key: `syncSchedules.${name}`,
      timing,
    })),
  ];
  const quiet = keys.flatMap(({ key, timing }): readonly ConfigProblem[] => {
    if (timing === undefined || quietHours === undefined) return [];
    if (!isAlwaysQuiet(timing, quietHours)) return [];
    const message =
      `no run would ever start: every time of ${String(timing)} is in quietHours ` +
      `(${quietHours}); change one of the two`;
    return [{ code: 'config-conflicting-values', offset: offsetOf(key), key, message }];
  });
  const { jitterSeconds = 0 } = scheduler;
  const shortest = Math.min(...timingsOf(config).map(shortestMinutes));
  if (jitterSeconds < shortest * 60) return quiet;
  const message =
    `must be less than the ${String(shortest * 60)} seconds between two runs; ` +
    'lower it, or let runs start less often';
  const key = 'scheduler.jitterSeconds';
  return [...quiet, { code: 'config-conflicting-values', offset: offsetOf(key), key, message }];
}
