import type { Project } from '../../../../src/schema/projects.ts';

/** Returns a registry entry of an earlier run. */
export const projectEntry = (
  id: string,
  path: string,
  changes: Partial<Project> = {},
): Project => ({
  id,
  name: id,
  path,
  previousPaths: [],
  fileId: null,
  kind: 'git',
  description: null,
  stack: { languages: {}, frameworks: [], packageManager: null },
  license: null,
  counts: { files: 1, commits: 1 },
  state: 'ok',
  missingSince: null,
  notObservedSince: null,
  firstSeen: '2026-11-01T00:00:00.000Z',
  lastSeen: null,
  git: null,
  client: null,
  status: null,
  progress: null,
  startDate: null,
  deadline: null,
  tags: [],
  notes: null,
  ...changes,
});
