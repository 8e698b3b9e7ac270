/** The exportable tables. Separate from the command, so that the help does not load it. */
export const exportNames = [
  'projects',
  'tokens',
  'runs',
  'projects-history',
  'quality-history',
] as const;

export type ExportName = (typeof exportNames)[number];
