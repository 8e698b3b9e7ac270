import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyticsFile, type ProjectAnalytics } from '../../src/schema/analytics.ts';
import { projectsSnapshot } from '../../src/schema/projects.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import {
  git,
  setAge,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../helpers/workspace.ts';

// The commits of `git` in the helpers are weeks old.
let workspace: TemporaryWorkspace;
let derived: ReadonlyMap<string, ProjectAnalytics>;

/** Without capabilities, permissions apply to root too. */
const prefix =
  process.getuid?.() === 0 ? ['setpriv', '--inh-caps', '-all', '--bounding-set', '-all'] : [];
const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { cwd: workspace.root, prefix });

const readAnalytics = (): ReadonlyMap<string, ProjectAnalytics> =>
  new Map(
    analyticsFile
      .parse(JSON.parse(readFileSync(workspace.paths.analytics, 'utf8')))
      .projects?.map((project) => [project.id, project]),
  );

/** Creates a repository with a bare remote, to which its commit is pushed. */
async function pushed(name: string): Promise<TemporaryRepository> {
  const repository = await workspace.gitRepository(`code/${name}`, { 'a.txt': 'a\n' });
  const remote = join(workspace.root, 'remotes', `${name}.git`);
  mkdirSync(remote, { recursive: true });
  git(remote, 'init', '-q', '--bare');
  repository.git('remote', 'add', 'origin', remote);
  repository.git('push', '-q', '-u', 'origin', 'main');
  return repository;
}

const commit = async (repository: TemporaryRepository, text: string): Promise<void> => {
  await repository.write('a.txt', text);
  repository.git('commit', '-q', '-a', '-m', text);
};

const reasonsOf = (id: string): readonly (readonly [string, string, string | null])[] =>
  (derived.get(id)?.attention ?? []).map(({ code, message, hint }) => [code, message, hint]);

describe('attention', () => {
  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    await pushed('calm');
    await workspace.gitRepository('code/local', { 'a.txt': '' });

    const conflict = await pushed('conflict');
    conflict.git('switch', '-q', '-c', 'other');
    await commit(conflict, 'one');
    conflict.git('switch', '-q', 'main');
    await commit(conflict, 'two');
    conflict.git('push', '-q');
    expect(() => conflict.git('merge', 'other')).toThrow('git merge other');

    const ahead = await pushed('ahead');
    await commit(ahead, 'one');
    const behind = await pushed('behind');
    await commit(behind, 'one');
    behind.git('push', '-q');
    behind.git('reset', '-q', '--hard', 'HEAD~');
    const diverged = await pushed('diverged');
    await commit(diverged, 'one');
    diverged.git('push', '-q');
    diverged.git('reset', '-q', '--hard', 'HEAD~');
    await commit(diverged, 'two');

    const never = await workspace.gitRepository('code/never', { 'a.txt': '' });
    never.git('remote', 'add', 'backup', 'https://example.com/never.git');
    const topic = await pushed('topic');
    topic.git('switch', '-q', '-c', 'topic');
    await commit(topic, 'one');
    const gone = await pushed('gone');
    gone.git('switch', '-q', '-c', 'merged');
    await commit(gone, 'one');
    gone.git('push', '-q', '-u', 'origin', 'merged');
    gone.git('update-ref', '-d', 'refs/remotes/origin/merged');
    const detached = await pushed('detached');
    detached.git('switch', '-q', '--detach');
    await commit(detached, 'one');

    const stashed = await pushed('stashed');
    for (const text of ['one', 'two']) {
      await stashed.write('a.txt', text);
      stashed.git('stash', '-q');
    }
    const log = join(stashed.path, '.git/logs/refs/stash');
    // The entries of the helper are not old enough.
    const text = readFileSync(log, 'utf8').replace(/ 17\d{8} /g, ' 1750000000 ');
    await stashed.write('.git/logs/refs/stash', text);
    await workspace.write('code/unborn/a.txt', '');
    git(join(workspace.root, 'code/unborn'), 'init', '-q');

    // A recent commit does not hide an old change, nor an old commit a recent change.
    const changed = await pushed("it's changed");
    await changed.write('b.txt', 'b');
    await setAge(join(changed.path, 'b.txt'), 20);
    await changed.write('c.txt', 'c');
    const fresh = await pushed('fresh');
    await fresh.write('b.txt', 'b');

    const denied = await pushed('denied');
    chmodSync(join(denied.path, '.git'), 0o000);
    expect((await cli('run', '-q')).exitCode).toBe(0);
    derived = readAnalytics();
  });
  afterAll(async () => {
    rmSync(join(workspace.root, 'code'), { recursive: true, force: true });
    await workspace[Symbol.asyncDispose]();
  });

  const path = (name: string): string => join(workspace.root, 'code', name);
  const push = (name: string, remote = 'origin'): string =>
    `git -C ${path(name)} push -u ${remote} HEAD`;

  test('reports nothing for a repository that is pushed, or that was changed recently', () => {
    expect(['calm', 'fresh'].flatMap(reasonsOf)).toEqual([]);
  });

  test('reports conflicts and diverged branches', () => {
    expect(reasonsOf('conflict')).toEqual([
      ['conflicts', '1 file with merge conflicts', `git -C ${path('conflict')} status`],
    ]);
    expect(reasonsOf('diverged')).toEqual([
      [
        'diverged',
        'diverged: 1 commit here, 1 on origin/main',
        `git -C ${path('diverged')} pull --rebase --autostash`,
      ],
    ]);
  });

  test('reports commits that are on no remote, with the age of the oldest', () => {
    const unpushed = expect.stringMatching(/1 unpushed commit, the oldest \d+ days old$/) as string;
    const ofAll = ['ahead', 'never', 'topic', 'gone'].map(reasonsOf);
    expect(ofAll).toEqual([
      [['unpushed', unpushed, `git -C ${path('ahead')} push`]],
      [['never-pushed', unpushed, push('never', 'backup')]],
      [['no-upstream', unpushed, push('topic')]],
      [['upstream-gone', unpushed, push('gone')]],
    ]);
  });

  test('reports commits on a detached HEAD with a command that gives them a branch', () => {
    const [reason] = reasonsOf('detached');
    expect(reason?.slice(0, 2)).toEqual(['detached-commits', '1 commit on no branch']);
    execFileSync('sh', ['-c', reason?.[2] ?? 'false']);
    expect(git(path('detached'), 'branch', '--show-current')).toMatch(/^saved-[0-9a-f]{8}\n$/);
  });

  test('reports old stashes, files that were never committed and old changes', () => {
    expect(reasonsOf('stashed')).toEqual([
      [
        'stash',
        expect.stringMatching(/^2 stash entries, the oldest \d+ days old$/),
        `git -C ${path('stashed')} stash list --date=relative`,
      ],
    ]);
    expect(reasonsOf('unborn')).toEqual([
      ['unborn-with-files', 'never committed: 1 file', `git -C ${path('unborn')} status`],
    ]);
    expect(reasonsOf('it-s-changed')).toEqual([
      [
        'unsaved-work',
        '2 uncommitted changes, the oldest 20 days old',
        `git -C '${path(String.raw`it'\''s changed`)}' status`,
      ],
    ]);
  });

  test('reports a missing remote and new commits of the upstream as information', () => {
    expect(['local', 'behind'].flatMap((id) => derived.get(id)?.attention ?? [])).toMatchObject([
      { severity: 'info', code: 'no-remote', group: 'could-lose-work' },
      { severity: 'info', code: 'behind', group: 'getting-worse' },
    ]);
  });

  test('reports an unreadable repository with the chmod that makes it readable', async () => {
    const [reason] = reasonsOf('denied');
    expect(reason?.slice(0, 2)).toEqual(['unreadable', "can't be read (eacces)"]);
    execFileSync('sh', ['-c', reason?.[2] ?? 'false']);
    await cli('run', '-q');
    expect(readAnalytics().get('denied')).toMatchObject({ state: 'ok', attention: [] });
  });

  test('status shows the reasons by group and counts information and ignored reasons', async () => {
    const file = JSON.parse(readFileSync(workspace.paths.snapshot('projects'), 'utf8')) as {
      projects: { id: string; ignore?: unknown }[];
    };
    const topic = file.projects.find(({ id }) => id === 'topic');
    Object.assign(topic ?? {}, { ignore: [{ rule: 'no-upstream', reason: 'an experiment' }] });
    await workspace.write('data/projects.json', JSON.stringify(file));
    await cli('run', '-q');
    await cli('run', '-q');
    const { stdout } = await cli('status', '--verbose');
    expect(stdout).toContain('\ncould lose work\n');
    expect(stdout).not.toContain(' topic ');
    expect(stdout).toMatch(/\n {2}\d without a remote, 1 behind the upstream, 1 ignored\n/);
    const stored = projectsSnapshot.parse(
      JSON.parse(readFileSync(workspace.paths.snapshot('projects'), 'utf8')),
    );
    expect(stored.projects.find(({ id }) => id === 'topic')?.ignore).toEqual([
      { rule: 'no-upstream', reason: 'an experiment' },
    ]);
  });
});
