import { readFileSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countReachable } from '../../../src/git/commits/ancestry.ts';
import { createCommitGraphs } from '../../../src/git/commits/commit-graph.ts';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';

/** Creates a history with an octopus merge of four branches. */
async function octopus(workspace: TemporaryWorkspace): Promise<TemporaryRepository> {
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  const root = repository.git('rev-parse', 'HEAD').trim();
  const tree = repository.git('rev-parse', 'HEAD^{tree}').trim();
  const tips = Array.from({ length: 4 }, (_, number) =>
    repository.git('commit-tree', '-p', root, '-m', String(number), tree).trim(),
  );
  const parents = tips.flatMap((tip) => ['-p', tip]);
  repository.git(
    'reset',
    '-q',
    '--soft',
    repository.git('commit-tree', ...parents, '-m', 'Merge', tree).trim(),
  );
  return repository;
}

function countInCommitGraph(
  repository: { readonly commonDir: string; readonly format: 'sha1' },
  oid: string,
): number | null {
  const graph = createCommitGraphs()(repository, oid);
  return graph && countReachable(graph, oid);
}

const count = (repository: TemporaryRepository): number | null =>
  countInCommitGraph(
    { commonDir: join(repository.path, '.git'), format: 'sha1' },
    repository.git('rev-parse', 'HEAD').trim(),
  );

test('countReachable counts the commits of an octopus merge like git', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await octopus(workspace);
  expect(count(repository)).toBeNull();
  repository.git('commit-graph', 'write', '--reachable');
  expect(count(repository)).toBe(Number(repository.git('rev-list', '--count', 'HEAD')));
  expect(count(repository)).toBe(6);
});

test('countReachable counts over the layers of a split graph', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await octopus(workspace);
  repository.git('commit-graph', 'write', '--reachable', '--split=no-merge');
  repository.git('commit', '-q', '--allow-empty', '-m', 'Later');
  expect(count(repository)).toBeNull();
  repository.git('commit-graph', 'write', '--reachable', '--split=no-merge');
  expect(count(repository)).toBe(7);
});

test('createCommitGraphs reads the graph of a repository whose objects are borrowed', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await octopus(workspace);
  const oid = repository.git('rev-parse', 'HEAD').trim();
  const clone = join(workspace.root, 'code/clone');
  repository.git('clone', '-q', '--shared', repository.path, clone);
  const dirs = { commonDir: join(clone, '.git'), format: 'sha1' } as const;
  expect(countInCommitGraph(dirs, oid)).toBeNull();
  repository.git('commit-graph', 'write', '--reachable');
  expect(countInCommitGraph(dirs, oid)).toBe(6);
  git(clone, 'commit', '-q', '--allow-empty', '-m', 'Later');
  expect(countInCommitGraph(dirs, git(clone, 'rev-parse', 'HEAD').trim())).toBeNull();
});

test('countReachable returns null or a count for every truncated graph', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await octopus(workspace);
  repository.git('commit-graph', 'write', '--reachable');
  const path = join(repository.path, '.git/objects/info/commit-graph');
  const graph = readFileSync(path);
  chmodSync(path, 0o600);
  const oid = repository.git('rev-parse', 'HEAD').trim();
  for (let length = 0; length < graph.length - 20; length += 7) {
    writeFileSync(path, graph.subarray(0, length));
    expect(
      countInCommitGraph({ commonDir: join(repository.path, '.git'), format: 'sha1' }, oid),
    ).toBeNull();
  }
});
