import type { AttentionCode } from '../../../schema/attention-codes.ts';

/** Short names of reasons whose code is none. */
const names: Partial<Record<AttentionCode, string>> = {
  'unborn-with-files': 'never committed',
  'unsaved-work': 'uncommitted',
  missing: 'vanished',
  'cost-without-commits': 'cost, no commits',
  'todos-grew': 'more TODOs',
};

/** Returns the short name of a reason why a project needs attention. */
export const reasonName = (code: AttentionCode): string => names[code] ?? code.replaceAll('-', ' ');
