import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projects } from '../../../../src/syncs/projects/index.ts';
import { git, temporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';

test('projects sync collects commits but neither files nor changes of a bare repository', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await workspace.gitRepository('elsewhere/alpha', { 'a.ts': 'x' });
  git(workspace.root, 'clone', '-q', '--bare', origin.path, 'code/alpha.git');
  const context = await contextOf(workspace);
  const first = await projects.collect(context);
  expect(only(first)).toMatchObject({
    ...{ id: 'alpha.git', kind: 'git', state: 'ok', path: join(workspace.root, 'code/alpha.git') },
    counts: { files: null, commits: 1 },
    stack: { languages: null },
    git: {
      ...{ branch: 'main', changes: null, dirty: null, error: null, remote: origin.path },
      lastCommit: { subject: 'First commit' },
    },
  });
  expect(context.warnings).toEqual([]);
  const second = await projects.collect(await contextOf(workspace, after(first)));
  expect(second.snapshot.projects).toEqual(first.snapshot.projects);
});
