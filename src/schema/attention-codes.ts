/** Reasons why a project needs attention, by what is at stake; the most severe first. */
export const attentionGroups = {
  'could-lose-work': [
    'unreadable',
    'conflicts',
    'unborn-with-files',
    'detached-commits',
    'diverged',
    'never-pushed',
    'upstream-gone',
    'no-upstream',
    'unpushed',
    'unsaved-work',
    'stash',
    'missing',
    'no-remote',
  ],
  'costs-money': ['over-budget', 'cost-without-commits', 'cost-spike'],
  'getting-worse': ['coverage-fell', 'high-debt', 'todos-grew', 'behind', 'invalid-ignore'],
} as const;

export type AttentionGroup = keyof typeof attentionGroups;
export type AttentionCode = (typeof attentionGroups)[AttentionGroup][number];

export const attentionGroupNames = Object.keys(attentionGroups) as readonly AttentionGroup[];
export const attentionCodes: readonly AttentionCode[] = Object.values(attentionGroups).flat();

/** Titles of the groups. */
export const attentionTitles: Readonly<Record<AttentionGroup, string>> = {
  'could-lose-work': 'could lose work',
  'costs-money': 'costs money',
  'getting-worse': 'getting worse',
};

export const groupOf = (code: AttentionCode): AttentionGroup =>
  attentionGroupNames.find((group) =>
    (attentionGroups[group] as readonly AttentionCode[]).includes(code),
  ) ?? 'getting-worse';

/** Whether a person has to act: information, such as `no-remote`, is shown but does not call for action. */
export const callsForAction = ({ severity }: { readonly severity: string }): boolean =>
  severity !== 'info';
