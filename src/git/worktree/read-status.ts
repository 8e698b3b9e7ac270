import { getOrInsert } from '../../util/collections.ts';
import { hidesUntracked } from '../config/status-settings.ts';
import type { UserConfig } from '../config/user-config.ts';
import { assertKnownRefs, assertWorkTree, type OpenRepository } from '../open-repository.ts';
import type { WorkTreeStatus } from '../repository.ts';
import { compareSubmodules } from './submodules.ts';
import type { WorktreeState } from './worktree-state.ts';

export interface StatusContext {
  readonly open: (workTree: string) => Promise<OpenRepository>;
  readonly stateOf: (workTree: string) => Promise<WorktreeState>;
  readonly userConfigOf: (workTree: string) => Promise<UserConfig>;
  readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  /** Receives the submodules that are opened for a work tree. */
  readonly submodulesOf: Map<string, Set<string>>;
}

/** Reads the status of a work tree with that of its submodules. */
export async function readStatus(
  repository: OpenRepository,
  context: StatusContext,
  options: { readonly withoutUntracked: boolean },
): Promise<WorkTreeStatus> {
  assertWorkTree(repository);
  assertKnownRefs(repository);
  if (repository.configUnknown !== null) throw repository.configUnknown;
  const { open, stateOf, userConfigOf, git, submodulesOf } = context;
  const { workTree } = repository;
  const userConfig = await userConfigOf(workTree);
  const state = await stateOf(workTree);
  const own = await state.status();
  const ignoreUntracked = options.withoutUntracked || hidesUntracked(repository, userConfig);
  const untracked = ignoreUntracked ? 0 : own.changes.untracked;
  const submodules = await compareSubmodules(await state.gitlinks(), {
    ...{ repository, ignoreUntracked, userConfig },
    readIndexed: async () =>
      (await state.tracked()).includes('.gitmodules')
        ? git(repository, 'cat-file', 'blob', ':.gitmodules')
        : Buffer.alloc(0),
    open: (path) => {
      getOrInsert(submodulesOf, workTree, () => new Set()).add(path);
      return open(path);
    },
    isDirty: async (submodule, ignoresUntracked) => {
      const { dirty, unknown } = await readStatus(submodule, context, {
        withoutUntracked: ignoresUntracked,
      });
      if (dirty === null && unknown !== null) throw unknown;
      return dirty;
    },
  });
  const unstaged = own.changes.unstaged + submodules.changed;
  const changes = { ...own.changes, unstaged, untracked };
  const isDirty = Object.values(changes).some((number) => number > 0);
  const unknown = own.unknown ?? submodules.unknown;
  const oldestChangeMs = isDirty ? await state.oldestChangeMs(!ignoreUntracked) : null;
  return {
    oldestChangeMs,
    ...{ ahead: own.ahead, behind: own.behind, unknown },
    changes: unknown === null ? changes : null,
    dirty: isDirty || (unknown === null ? false : null),
  };
}
