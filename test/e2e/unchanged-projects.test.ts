import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../src/schema/projects.ts';
import type { StatusFile } from '../../src/schema/status.ts';
import { decodeProjectsCache } from '../../src/syncs/projects/projects-cache.ts';
import { blankFile, roundTime } from '../helpers/blank-file.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryRepository } from '../helpers/workspace.ts';

/** Changes of a repository after which at least one fact of its project is another one. */
const changes: Readonly<Record<string, (one: TemporaryRepository) => unknown>> = {
  // Of the same size: the languages are those of the last change of the index.
  'edited-file': (one) => one.write('a.ts', 'b'),
  'new-file': (one) => one.write('another.ts', ''),
  'older-untracked-file': ({ path }) => {
    utimesSync(join(path, 'new.ts'), 1e9, 1e9);
  },
  'staged-file': (one) => one.git('add', 'new.ts'),
  commit: (one) => one.git('commit', '-qam', 'Second', '--allow-empty'),
  'new-branch': (one) => one.git('checkout', '-qb', 'other'),
  'detached-head': (one) => one.git('checkout', '-q', '--detach'),
  stash: (one) => {
    one.git('add', '-A');
    one.git('stash', '-q');
  },
  'remote-url': (one) => one.git('config', 'remote.origin.url', 'https://example.com/other.git'),
  'remote-ref': (one) => one.git('update-ref', 'refs/remotes/origin/main', 'HEAD'),
  'exclude-file': (one) => one.write('.git/info/exclude', 'new.ts\n'),
  'ignore-file': (one) => one.write('.gitignore', 'new.ts\n'),
  'ignored-manifest': (one) => one.write('package.json', '{"description":"Second words."}'),
  readme: (one) => one.write('README.md', 'Two other words.\n'),
  'license-file': (one) => one.write('LICENSE', 'SPDX-License-Identifier: MIT\n'),
  'shallow-file': (one) => one.write('.git/shallow', one.git('rev-parse', 'HEAD')),
  submodule: (one) => one.write('inner/a.ts', 'edited in the submodule'),
};

const timeout = 180_000;

test(
  'run sees every kind of change in repositories whose facts were taken from the cache',
  { timeout },
  async () => {
    const config = { syncs: ['projects'], projects: { roots: ['code'] } };
    await using workspace = await temporaryWorkspace(config);
    const { root, paths } = workspace;
    const run = async (): Promise<ReadonlyMap<string, Project>> => {
      const { exitCode, stderr } = await runCli(['run'], { cwd: root, env: { HOME: root } });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      return read();
    };
    const text = (): string => readFileSync(paths.snapshot('projects'), 'utf8');
    const read = (): ReadonlyMap<string, Project> => {
      const { projects } = JSON.parse(text()) as { readonly projects: readonly Project[] };
      return new Map(projects.map((one) => [one.id, one]));
    };
    /** Files that were just written are not trusted: repeats the run until the facts of all but these are in the cache. */
    const runUntilCached = async (...others: readonly string[]): Promise<void> => {
      for (let isCached = false; !isCached;) {
        await run();
        const cache = decodeProjectsCache(readFileSync(paths.cache('projects')));
        isCached = [...cache].every(([id, { git }]) => git !== null || others.includes(id));
      }
    };
    /** The registry is the same as without any cache. */
    const expectSameWithoutCache = async (): Promise<void> => {
      const cached = read();
      rmSync(join(paths.data, 'cache'), { recursive: true });
      expect(await run()).toEqual(cached);
    };

    const repositories = new Map<string, TemporaryRepository>();
    for (const name of [...Object.keys(changes), 'removed', 'excluded', 'untouched']) {
      const one = await workspace.gitRepository(`code/${name}`, {
        'a.ts': 'a',
        'README.md': 'Some words.\n',
      });
      await one.write('new.ts', '');
      await one.write('package.json', '{"description":"First words."}');
      await one.write('.git/info/exclude', 'package.json\n');
      one.git('config', 'remote.origin.url', 'https://example.com/a.git');
      if (name === 'readme') rmSync(join(one.path, 'package.json'));
      if (name === 'submodule') {
        const inner = repositories.get('commit')?.path ?? '';
        one.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'inner');
        one.git('commit', '-qm', 'Add a submodule');
      }
      repositories.set(name, one);
    }
    await runUntilCached('submodule');
    const before = text();
    await run();
    expect(text()).toBe(before);
    await expectSameWithoutCache();

    await runUntilCached('submodule');
    const first = read();
    for (const [name, change] of Object.entries(changes)) {
      const one = repositories.get(name);
      if (one !== undefined) await change(one);
    }
    rmSync(repositories.get('removed')?.path ?? '', { recursive: true });
    await workspace.gitRepository('code/added', { 'a.ts': 'a' });
    const edited = text().replace('"notes": null', '"notes": "Mine."');
    writeFileSync(paths.snapshot('projects'), edited);
    const second = await run();
    const unseen = Object.keys(changes).filter((name) => {
      const [then, now] = [first.get(name), second.get(name)].map((one) => ({
        ...one,
        notes: null,
      }));
      return JSON.stringify(then) === JSON.stringify(now);
    });
    expect(unseen).toEqual([]);
    expect(second.get('removed')?.state).toBe('missing');
    expect(second.get('added')?.state).toBe('ok');
    expect([...second.values()].filter(({ notes }) => notes === 'Mine.')).toHaveLength(1);
    expect(second.get('untouched')).toEqual(first.get('untouched'));
    await expectSameWithoutCache();

    await runUntilCached('submodule', 'shallow-file');
    await workspace.write('ignored', 'new.ts\n');
    await workspace.write('.gitconfig', `[core]\n\texcludesFile = ${join(root, 'ignored')}\n`);
    const excluding = { ...config, projects: { roots: ['code'], exclude: ['excluded'] } };
    await workspace.write('data/config/sync.json', JSON.stringify(excluding));
    const third = await run();
    expect(first.get('untouched')?.git?.changes?.untracked).toBe(1);
    expect(third.get('untouched')?.git?.changes?.untracked).toBe(0);
    expect(third.get('excluded')?.state).toBe('not-observed');
    await expectSameWithoutCache();
  },
);

test(
  'run of projects neither loads nor changes its snapshot when nothing changed',
  { timeout },
  async () => {
    await using workspace = await temporaryWorkspace({
      syncs: ['projects'],
      projects: { roots: ['code'] },
    });
    const { root, paths } = workspace;
    const alpha = await workspace.gitRepository('code/alpha', { 'package.json': '{' });
    await workspace.write('code/beta/package.json', '{}');
    const run = async () => {
      const result = await runCli(['run'], { cwd: root, env: { HOME: root } });
      expect(result.exitCode, result.stderr).toBe(0);
      const status = JSON.parse(readFileSync(paths.status, 'utf8')) as StatusFile;
      return { ...status.run.results.projects, durationMs: 0 };
    };
    const read = (): readonly Project[] =>
      (JSON.parse(readFileSync(paths.snapshot('projects'), 'utf8')) as { projects: Project[] })
        .projects;
    /** Runs until the result and the known projects are cached: they are not shortly after a change. */
    const settle = async (): Promise<void> => {
      for (const name of ['projects-result', 'discovery'] as const) {
        rmSync(paths.cache(name), { force: true });
        while (!existsSync(paths.cache(name))) await run();
      }
    };

    expect(await run()).toMatchObject({ counts: { added: 2, updated: 0 } });
    roundTime(paths.snapshot('projects'));
    await settle();
    const settled = await run();
    expect(settled).toMatchObject({
      counts: { added: 0, updated: 2 },
      warnings: [{ code: 'manifest-invalid', subject: 'alpha' }],
    });
    const before = read();

    const restore = blankFile(paths.snapshot('projects'));
    expect(await run()).toEqual(settled);
    restore();
    expect(read()).toEqual(before);

    await alpha.write('package.json', '{"description":"Words."}');
    expect(await run()).toMatchObject({ counts: { updated: 2 }, warnings: [] });
    expect(read()[0]).toMatchObject({ description: 'Words.', git: { dirty: true } });

    await settle();
    rmSync(alpha.path, { recursive: true });
    expect(await run()).toMatchObject({ counts: { updated: 1 } });
    expect(read()[0]).toMatchObject({ id: 'alpha', state: 'missing' });
  },
);
