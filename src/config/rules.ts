import type { Node } from 'jsonc-parser';
import type { Config } from '../schema/config.ts';
import { properties, type ConfigProblem } from './json-tree.ts';

/** Returns the errors that concern more than one value. */
export function crossFieldProblems(config: Config, tree: Node): readonly ConfigProblem[] {
  const offsetOf = (name: string): number =>
    properties(tree).find((property) => property.name === name)?.value.offset ?? tree.offset;
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
  return problems;
}
