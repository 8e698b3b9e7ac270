/** Reasons why a project needs attention, most severe first. */
export const attentionCodes = [
  'unreadable',
  'conflicts',
  'cost-without-commits',
  'coverage-fell',
  'high-debt',
  'unsaved-work',
  'unpushed',
  'todos-grew',
  'missing',
] as const;
