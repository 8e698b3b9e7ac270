import * as z from 'zod/mini';
import { lstatOrNull, statColumns } from './worktree/stat-rows.ts';
import { inBytes, packTables, unpackTables, type Table } from './packed-tables.ts';

const number = z.nullable(z.int().check(z.nonnegative()));
const count = z.int().check(z.nonnegative());

const status = z.object({
  changes: z.object({ staged: count, unstaged: count, untracked: count, conflicts: count }),
  ahead: number,
  behind: number,
});

const commit = z.object({
  hash: z.string(),
  date: z.nullable(z.string()),
  subject: z.string(),
  author: z.string(),
  tree: z.string(),
});

/** What the commits of a repository tell: it can never change, so it is true as long as the ids are the same. */
const history = z.object({
  commit: z.nullable(commit),
  /** Of the commit `head` and of all before it; null: git took too long to count them. */
  count: z.nullable(z.object({ head: z.string(), commits: number })),
  distance: z.nullable(
    z.object({ head: z.string(), upstream: z.string(), ahead: count, behind: count }),
  ),
});
export type History = z.infer<typeof history>;
export type CommitObject = z.infer<typeof commit>;

const scene = z.object({
  /** Of the repository beside its work tree, and of the settings of the user. */
  fingerprint: z.string(),
  settings: z.string(),
  /** How many of the paths are tracked files, links, untracked files; the others are watched. */
  files: count,
  links: count,
  untracked: count,
  status: z.nullable(status),
});

/** What a work tree was when git was last asked, and what git said. */
export interface WorktreeSnapshot extends z.infer<typeof scene> {
  /** The rows of untracked files say nothing; those of tracked ones only if there is a status. */
  readonly table: Table;
}

/** What is known of a repository from earlier runs. */
export interface CachedRepository {
  readonly history: History;
  readonly scene: WorktreeSnapshot | null;
}

const userSettings = z.object({
  home: z.string(),
  /** The configuration files that were read or looked for, with what identifies their state. */
  files: z.array(z.tuple([z.string(), z.string()])),
  values: z.array(z.tuple([z.string(), z.string()])),
});
export type CachedUserConfig = z.infer<typeof userSettings>;

const header = z.object({
  settings: z.nullable(userSettings),
  repositories: z.array(z.object({ workTree: z.string(), history, scene: z.nullable(scene) })),
});

/** What the reader knows from earlier runs, and hands on to later ones. Losing it costs time only. */
export interface RepositoryCache {
  settings: CachedUserConfig | null;
  /** By work tree. */
  readonly get: (workTree: string) => CachedRepository | null;
  /** Of all work trees. */
  readonly scenes: () => readonly (readonly [workTree: string, WorktreeSnapshot])[];
  readonly set: (workTree: string, remembered: CachedRepository) => void;
  /** The bytes for the next run; null when they would tell the same as those of the last one. */
  readonly pack: () => Uint8Array | null;
}

export const noHistory: History = { commit: null, count: null, distance: null };
const noTable: Table = { paths: [], rows: new Float64Array() };

export function createRepositoryCache(bytes: Uint8Array | null): RepositoryCache {
  const { settings, repositories } = unpack(bytes);
  const settingsBefore = settings;
  let changed = false;
  const memory: RepositoryCache = {
    settings,
    get: (workTree) => repositories.get(workTree) ?? null,
    scenes: () =>
      [...repositories].flatMap(([workTree, { scene: one }]) => (one ? [[workTree, one]] : [])),
    set: (workTree, remembered) => {
      changed = true;
      const { scene: one, history: facts } = remembered;
      repositories.set(workTree, {
        history: facts,
        scene: one && { ...one, table: inBytes(one.table) },
      });
    },
    pack: () => {
      const gone = [...repositories.keys()].filter((path) => lstatOrNull(path) === null);
      for (const path of gone) repositories.delete(path);
      if (!changed && gone.length === 0 && memory.settings === settingsBefore) return null;
      const header = {
        settings: memory.settings,
        repositories: [...repositories].map(([workTree, one]) => ({
          workTree,
          history: one.history,
          scene: one.scene && { ...one.scene, table: undefined },
        })),
      };
      const tables = [...repositories.values()].map(({ scene: one }) => one?.table ?? noTable);
      return packTables({ header, tables }, statColumns);
    },
  };
  return memory;
}

function unpack(bytes: Uint8Array | null): {
  readonly settings: CachedUserConfig | null;
  readonly repositories: Map<string, CachedRepository>;
} {
  const repositories = new Map<string, CachedRepository>();
  const packed = unpackTables(bytes, statColumns);
  const parsed = packed && header.safeParse(packed.header);
  if (parsed?.success !== true) return { settings: null, repositories };
  for (const [index, { workTree, ...one }] of parsed.data.repositories.entries()) {
    const table = packed?.tables[index] ?? noTable;
    repositories.set(workTree, {
      history: one.history,
      scene: one.scene && { ...one.scene, table },
    });
  }
  return { settings: parsed.data.settings, repositories };
}
