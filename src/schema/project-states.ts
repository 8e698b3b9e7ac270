/**
 * Result of the last run for a project. In a file of its own, so that code that only needs the states
 * does not load the schema.
 */
export const projectStates = [
  'ok',
  'missing',
  'not-observed',
  'unreadable',
  'untrusted',
  'error',
] as const;

export type ProjectState = (typeof projectStates)[number];

/** Whether the last run found the project, even if it could not read it. */
export const isFound = ({ state }: { readonly state: ProjectState }): boolean =>
  state !== 'missing' && state !== 'not-observed';
