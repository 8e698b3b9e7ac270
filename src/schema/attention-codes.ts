/** Why a project needs a person, from bad to worth knowing. */
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
