import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { qualityHistoryEntry, qualitySnapshot } from '../../../../src/schema/quality.ts';
import { quality } from '../../../../src/syncs/quality/index.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';
import { collectQuality, found } from './run-quality.ts';

const lcov = 'SF:src/a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nend_of_record\n';
const sources = {
  'src/a.ts': '// TODO one\n\n// FIXME two\n',
  'package.json': '{}',
  '.gitignore': 'coverage\n*.log\n',
};

test('quality returns head, coverage, Lighthouse, TODOs and debt of every project, sorted by path', async () => {
  await using workspace = await temporaryWorkspace();
  const beta = await workspace.gitRepository('code/beta', sources);
  const alpha = await workspace.gitRepository('code/alpha', { 'x.py': 'pass\n' });
  await beta.write('coverage/lcov.info', lcov);
  await beta.write('new.ts', '// TODO\n');
  await beta.write('debug.log.ts', 'x\n');
  const run = await collectQuality(workspace.root, [found(beta.path), found(alpha.path)]);
  const { snapshot } = run;
  expect(qualitySnapshot.parse(snapshot)).toEqual(snapshot);
  expect(run.warnings).toEqual([]);
  expect(run.counts).toEqual({ projects: 2 });
  expect(run.progress).toEqual(['0/2 beta', '1/2 alpha']);
  expect(snapshot.summary).toEqual({ projects: 2, withCoverage: 1, withLighthouse: 0, todos: 3 });
  expect(snapshot.projects.map(({ id }) => id)).toEqual(['alpha', 'beta']);
  expect(snapshot.projects[1]).toMatchObject({
    id: 'beta',
    path: beta.path,
    head: beta.git('rev-parse', 'HEAD').trim(),
    coverage: { percent: 66.67, covered: 2, total: 3, freshness: 'fresh', missingFiles: 0 },
    lighthouse: { score: null, reason: 'no Lighthouse report was found' },
    todos: { total: 3, todo: 2, fixme: 1, files: 3, lines: 5 },
    techDebt: 'medium',
    debtScore: 33.3,
    confidence: 'medium',
  } satisfies object);
});

test('toHistory returns one entry for each project', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', sources);
  const { snapshot } = await collectQuality(workspace.root, [found(path)]);
  const digest = quality.toHistory(snapshot);
  expect(digest.map((one) => qualityHistoryEntry.parse(one))).toEqual(digest);
  expect(digest).toEqual([
    {
      key: 'alpha',
      head: snapshot.projects[0]?.head,
      coverage: null,
      lighthouse: null,
      todos: 2,
      techDebt: null,
      debtScore: null,
    },
  ]);
});

test('quality returns the same snapshot and no new cache when nothing changed', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', sources);
  await alpha.write('coverage/lcov.info', lcov);
  await alpha.write('lcov.info', 'SF:broken\nDA:1\n');
  const projects = [found(alpha.path)];
  const first = await collectQuality(workspace.root, projects);
  expect(first.cache).toBeInstanceOf(Uint8Array);
  const cache = first.cache ?? null;
  const second = await collectQuality(workspace.root, projects, {
    cache,
    previous: first.snapshot,
  });
  expect({ ...second.snapshot, updatedAt: '' }).toEqual({ ...first.snapshot, updatedAt: '' });
  expect(second.warnings).toEqual(first.warnings);
  expect(second.warnings).toHaveLength(1);
  expect(second).not.toHaveProperty('cache');
});

test('quality returns the same result when its cache is damaged', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', sources);
  const first = await collectQuality(workspace.root, [found(path)]);
  const cache = Buffer.from('broken');
  const second = await collectQuality(workspace.root, [found(path)], { cache });
  expect(second.snapshot.projects).toEqual(first.snapshot.projects);
  expect(second.cache).toEqual(first.cache);
});

test('a project without git has no head, and its build results are not scanned', async () => {
  await using workspace = await temporaryWorkspace();
  for (const file of [
    'src/a.ts',
    'dist/b.ts',
    'node_modules/c/c.ts',
    '.cache/d.ts',
    'inner/e.ts',
  ]) {
    await workspace.write(`code/tool/${file}`, '// TODO\n');
  }
  await workspace.write('code/tool/inner/.git/HEAD', 'ref: refs/heads/main\n');
  await workspace.write('code/tool/package.json', '{}');
  const projects = [found(join(workspace.root, 'code/tool'), 'package')];
  const { snapshot } = await collectQuality(workspace.root, projects);
  expect(snapshot.projects[0]).toMatchObject({ head: null, todos: { total: 1, files: 1 } });
});

test('the summary and the history omit a missing project, whose entry stays and is marked', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', sources);
  const beta = await workspace.gitRepository('code/beta', sources);
  await alpha.write('coverage/lcov.info', lcov);
  const both = [found(alpha.path), found(beta.path)];
  const { snapshot: previous } = await collectQuality(workspace.root, both);
  expect(previous.summary).toEqual({ projects: 2, withCoverage: 1, withLighthouse: 0, todos: 4 });

  const onlyBeta = [found(beta.path)];
  const options = { previous, missing: ['alpha'] };
  const { snapshot } = await collectQuality(workspace.root, onlyBeta, options);
  expect(snapshot.summary).toEqual({ projects: 1, withCoverage: 0, withLighthouse: 0, todos: 2 });
  expect(snapshot.projects[0]).toEqual({
    ...previous.projects[0],
    missing: true,
    lastSeen: previous.updatedAt,
  });
  expect(quality.toHistory(snapshot).map(({ key }) => key)).toEqual(['beta']);

  // Later runs keep the mark until the project is found again.
  const later = await collectQuality(workspace.root, onlyBeta, { previous: snapshot });
  expect(later.snapshot.summary.projects).toBe(1);
  const back = await collectQuality(workspace.root, both, { previous: snapshot });
  expect(back.snapshot.projects).toEqual(previous.projects);
  expect(back.snapshot.summary).toEqual(previous.summary);
});

test('the summary omits a project that was not found but is not known to be missing', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', sources);
  const { snapshot: previous } = await collectQuality(workspace.root, [found(path)]);
  const run = await collectQuality(workspace.root, [], { previous });
  expect(run.snapshot.projects).toEqual([
    {
      ...previous.projects[0],
      notObservedSince: run.snapshot.updatedAt,
      lastSeen: previous.updatedAt,
    },
  ]);
  expect(run.snapshot.summary).toEqual({
    ...{ projects: 0, withCoverage: 0, withLighthouse: 0, todos: null },
  });
  expect(run.counts).toEqual({ projects: 0 });
});

test('a bare repository has an entry without values and no warning', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', sources);
  const bare = join(workspace.root, 'code/alpha.git');
  alpha.git('clone', '-q', '--bare', alpha.path, bare);
  const { snapshot, warnings } = await collectQuality(workspace.root, [found(bare)]);
  expect(warnings).toEqual([]);
  const reason = 'a bare repository has no work tree';
  expect(snapshot.projects).toMatchObject([
    { head: null, coverage: { percent: null, reason }, todos: { total: null }, reasons: [reason] },
  ]);
});

test('an unreadable repository causes one warning and keeps its entry', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', sources);
  const beta = await workspace.gitRepository('code/beta', sources);
  const projects = [found(alpha.path), found(beta.path)];
  const { snapshot: previous } = await collectQuality(workspace.root, projects);
  await rm(join(alpha.path, '.git/HEAD'));
  const run = await collectQuality(workspace.root, projects, { previous });
  expect(run.warnings.map(({ subject }) => subject)).toEqual(['alpha']);
  const [first, ...others] = previous.projects;
  expect(run.snapshot.projects).toEqual([{ ...first, lastSeen: previous.updatedAt }, ...others]);

  const unknown = await collectQuality(workspace.root, projects);
  const [entry] = unknown.snapshot.projects;
  expect(entry).toMatchObject({
    head: null,
    techDebt: null,
    confidence: null,
    debtScore: null,
  });
  expect(entry?.coverage.reason).toBe(unknown.warnings[0]?.message);
  expect(entry?.todos.total).toBeNull();
});

test('quality uses the configured exclude, tags and extensions', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', {
    'src/a.ts': '// HACK TODO\n',
    'old/b.ts': '// HACK\n',
    'note.md': 'HACK\n',
  });
  const options = { exclude: ['old/**'], todo: { tags: ['HACK'], extensions: ['ts', '.md'] } };
  const { snapshot } = await collectQuality(workspace.root, [found(path)], { options });
  expect(snapshot.projects[0]?.todos).toMatchObject({ total: 2, todo: null, files: 2 });
});

test('quality scans again when the tags change', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '// HACK TODO\n' });
  const { cache = null } = await collectQuality(workspace.root, [found(path)]);
  const options = { todo: { tags: ['HACK', 'TODO'] } };
  const { snapshot } = await collectQuality(workspace.root, [found(path)], { cache, options });
  expect(snapshot.projects[0]?.todos.total).toBe(2);
});

test('quality rejects with the reason of the signal when it is aborted', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', sources);
  const controller = new AbortController();
  controller.abort(new Error('time is up'));
  const run = collectQuality(workspace.root, [found(path)], { signal: controller.signal });
  await expect(run).rejects.toThrow('time is up');
});

test('the freshness of a tracked report is unknown, and it counts only if it is configured', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { ...sources, 'lcov.info': lcov });
  await writeFile(join(path, 'src/a.ts'), 'changed later\n');
  const options = { coverage: { paths: ['lcov.info'] } };
  const configured = await collectQuality(workspace.root, [found(path)], { options });
  expect(configured.snapshot.projects[0]?.coverage).toMatchObject({
    percent: 66.67,
    freshness: 'unknown',
  });
  const { snapshot } = await collectQuality(workspace.root, [found(path)]);
  expect(snapshot.projects[0]?.coverage).toMatchObject({
    percent: null,
    reason:
      'lcov.info is tracked by git, so it need not be about this project: add it to quality.coverage.paths if it is',
  });
});
