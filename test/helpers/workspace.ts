import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceAt, type Workspace } from '../../src/config/workspace.ts';

/** A workspace in a temporary directory with the root `code/`. Removed at the end of an `await using` block. */
export interface TemporaryWorkspace extends AsyncDisposable {
  readonly root: string;
  readonly paths: Workspace;
  /** Writes a file and its missing parent directories. The path is relative to the workspace. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Creates a git repository with one commit of the given files. */
  gitRepository(
    path: string,
    files: Readonly<Record<string, string>>,
  ): Promise<TemporaryRepository>;
}

export interface TemporaryRepository {
  readonly path: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  git(...args: string[]): string;
}

export async function temporaryWorkspace(
  config: object = { projects: { roots: ['code'] } },
): Promise<TemporaryWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sync-runner-test-')));
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    const absolute = join(root, path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
  };
  await write('data/config/sync.json', JSON.stringify(config));
  await mkdir(join(root, 'code'), { recursive: true });
  return {
    root,
    paths: workspaceAt(root),
    write,
    gitRepository: async (path, files) => {
      const dir = join(root, path);
      await mkdir(dir, { recursive: true });
      const repository: TemporaryRepository = {
        path: dir,
        write: (file, content) => write(join(path, file), content),
        git: (...args) => git(dir, ...args),
      };
      repository.git('init', '-q', '-b', 'main');
      for (const [file, content] of Object.entries(files)) await repository.write(file, content);
      repository.git('add', '-A');
      repository.git('commit', '-q', '--allow-empty', '-m', 'First commit');
      return repository;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Runs git without any configuration of the user or the machine. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada Example',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada Example',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
      GIT_AUTHOR_DATE: '2026-11-01T10:00:00Z',
      GIT_COMMITTER_DATE: '2026-11-01T10:00:00Z',
    },
  });
}

/** Sets the time of the last change of a file to a number of days ago. */
export function setAge(path: string, days: number): Promise<void> {
  const at = new Date(Date.now() - days * 86_400_000);
  return utimes(path, at, at);
}
