/** The columns of `projects --columns`, and of the records and the CSV of projects, in their order. */
export const projectColumnNames = [
  'id',
  'name',
  'path',
  'kind',
  'state',
  'branch',
  'changes',
  'ahead',
  'behind',
  'lastCommit',
  'coverage',
  'todos',
  'cost30Usd',
  'stack',
  'tags',
  'attention',
  'client',
  'deadline',
  'notes',
] as const;

export type ProjectColumnName = (typeof projectColumnNames)[number];
