import type { Project } from '../schema/projects.ts';

/** Whether later runs read a part of the history: the first run of many repositories does not read it. */
export const hasUnreadHistory = ({ state, git }: Pick<Project, 'state' | 'git'>): boolean =>
  state === 'ok' &&
  git?.shallow === false &&
  git.lastCommit !== null &&
  (git.commitDays === null || git.changedLines === null);
