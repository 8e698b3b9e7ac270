import type { AttentionCode } from '../../../schema/attention-codes.ts';

/** Short names of the reasons why a project needs attention. */
export const reasonNames: Readonly<Record<AttentionCode, string>> = {
  unreadable: 'unreadable',
  conflicts: 'conflicts',
  'unborn-with-files': 'never committed',
  'detached-commits': 'detached commits',
  diverged: 'diverged',
  'never-pushed': 'never pushed',
  'upstream-gone': 'upstream gone',
  'no-upstream': 'no upstream',
  unpushed: 'unpushed',
  'unsaved-work': 'uncommitted',
  stash: 'stash',
  missing: 'vanished',
  'no-remote': 'no remote',
  'over-budget': 'over budget',
  'cost-without-commits': 'cost, no commits',
  'cost-spike': 'cost spike',
  'coverage-fell': 'coverage fell',
  'high-debt': 'high debt',
  'todos-grew': 'more TODOs',
  behind: 'behind',
  'invalid-ignore': 'invalid ignore',
};
