import { join } from 'node:path';
import { isMachineProblem } from '../errors.ts';
import { FileError, readRegularFile } from '../files.ts';
import type { ExecResult, System } from '../system.ts';
import { parseCommit } from './commit.ts';
import { readUserSettings, runGit, type UserSettings } from './git.ts';
import { parseIndex } from './index-file.ts';
import { limited } from './limited.ts';
import { openRepository, type OpenRepository } from './open.ts';
import {
  RepositoryError,
  type Repository,
  type RepositoryFile,
  type RepositoryReader,
} from './repository.ts';
import { parseStatus, type ParsedStatus } from './status.ts';

/** More git processes at a time gain nothing on small machines and disturb on all. */
const processesAtATime = 4;
const maxIndexBytes = 512 * 1024 * 1024;

/**
 * The reader of one run. `scratch` is a private folder for synthetic git folders; whoever made it removes
 * it. What is asked twice is read once.
 */
export function createRepositoryReader(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly scratch: string;
}): RepositoryReader {
  const { system, signal, scratch } = context;
  const inTurn = limited(processesAtATime);
  let settings: Promise<UserSettings> | null = null;

  const git = (repository: OpenRepository, ...args: string[]): Promise<ExecResult> =>
    inTurn(async () => {
      const user = await (settings ??= readUserSettings(system, signal));
      return asProblem(runGit(repository, args, { system, scratch, settings: user, signal }));
    });

  const opened = new Map<string, Promise<OpenRepository>>();
  const open = (workTree: string): Promise<OpenRepository> =>
    remembered(opened, workTree, () => asProblem(openRepository(workTree, system.self.uid)));

  const statuses = new Map<string, Promise<ParsedStatus>>();
  const status = ({ workTree }: Repository): Promise<ParsedStatus> =>
    remembered(statuses, workTree, async () => {
      const repository = await open(workTree);
      const flags = ['--porcelain=v2', '--branch', '-z', '--untracked-files=all'];
      const result = await git(repository, 'status', ...flags, '--ignore-submodules=all');
      return parseStatus(outputOf(result));
    });

  const tracked = async (repository: OpenRepository): Promise<readonly Buffer[]> => {
    const index = await readRegularFile(join(repository.gitFolder, 'index'), {
      maxBytes: maxIndexBytes,
    });
    if (index === null) return [];
    const entries = parseIndex(index.bytes, repository.format);
    if (entries !== null) return entries.map(({ path }) => path);
    return parseListing(outputOf(await git(repository, 'ls-files', '-s', '-z')));
  };

  const listings = new Map<string, Promise<readonly RepositoryFile[]>>();
  const trackedFiles = ({ workTree }: Repository): Promise<readonly RepositoryFile[]> =>
    remembered(listings, workTree, async () =>
      namesOf(await asProblem(tracked(await open(workTree))), true),
    );

  return {
    open,
    status,
    trackedFiles,
    files: async (repository) => {
      const { untracked } = await status(repository);
      return [...(await trackedFiles(repository)), ...namesOf(untracked, false)];
    },
    lastCommit: async ({ workTree, head }) => {
      if (head.oid === null) return null;
      const result = await git(await open(workTree), 'cat-file', 'commit', head.oid);
      return parseCommit(head.oid, outputOf(result));
    },
    commitCount: async ({ workTree, head, shallow }) => {
      if (shallow) return null;
      if (head.oid === null) return 0;
      const result = await git(await open(workTree), 'rev-list', '--count', head.oid);
      return Number(Buffer.from(outputOf(result)).toString('latin1'));
    },
  };
}

function remembered<Value>(
  memory: Map<string, Promise<Value>>,
  key: string,
  read: () => Promise<Value>,
): Promise<Value> {
  let value = memory.get(key);
  if (value === undefined) memory.set(key, (value = read()));
  return value;
}

/** What is wrong with a file of a repository is wrong with the repository. */
async function asProblem<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof FileError) || isMachineProblem(error)) throw error;
    throw new RepositoryError(error.code.toLowerCase(), 'unreadable', error.message, error);
  }
}

function outputOf({ exitCode, stdout, stderr }: ExecResult): Uint8Array {
  if (exitCode === 0) return stdout;
  const reason = stderr.trim().split('\n')[0] ?? '';
  throw new RepositoryError('git-failed', 'error', `git: ${reason || `exit ${String(exitCode)}`}`);
}

/** The regular files of `git ls-files -s -z`: `<mode> <object> <stage>\t<path>`. */
function parseListing(output: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(output);
  const paths: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const record = bytes.subarray(at, end < 0 ? bytes.length : end);
    at += record.length + 1;
    const path = record.subarray(record.indexOf(0x09) + 1);
    const again = paths.at(-1)?.equals(path) ?? false;
    if (record.toString('latin1', 0, 3) === '100' && !again) paths.push(path);
  }
  return paths;
}

/** Names as text; one that is not UTF-8 can't be told by JSON and is left out, as is a nested repository. */
function namesOf(paths: readonly Buffer[], isTracked: boolean): readonly RepositoryFile[] {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return paths.flatMap((bytes) => {
    if (bytes.at(-1) === 0x2f) return [];
    try {
      return [{ path: decoder.decode(bytes), tracked: isTracked }];
    } catch {
      return [];
    }
  });
}
