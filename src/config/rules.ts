import type { Node } from 'jsonc-parser';
import type { Config } from '../schema/config.ts';
import { properties, type ConfigProblem } from './json-tree.ts';

/** What no single key of the configuration can tell. */
export function crossFieldProblems(config: Config, tree: Node): readonly ConfigProblem[] {
  const offsetOf = (name: string): number =>
    properties(tree).find((property) => property.name === name)?.value.offset ?? tree.offset;
  const problems: ConfigProblem[] = [];
  if (new Set(config.syncs).size < config.syncs.length) {
    problems.push({
      code: 'config-invalid-value',
      offset: offsetOf('syncs'),
      key: 'syncs',
      message: 'names a sync twice',
    });
  }
  // A run that outlasts the threshold would be taken for hung and stopped by the next one.
  if (config.timeoutMinutes * config.syncs.length > config.lock.staleMinutes) {
    problems.push({
      code: 'config-conflicting-values',
      offset: offsetOf('timeoutMinutes'),
      key: 'timeoutMinutes',
      message:
        `${String(config.syncs.length)} syncs of ${String(config.timeoutMinutes)} minutes could outlast ` +
        `lock.staleMinutes (${String(config.lock.staleMinutes)}); lower it, or raise lock.staleMinutes`,
    });
  }
  return problems;
}
