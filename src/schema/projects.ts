import * as z from 'zod/mini';
import { documented } from './documented.ts';
import { day, timestamp } from './timestamp.ts';
import { count } from './numbers.ts';
import { mergedBy, userOwned } from './field-ownership.ts';
import { projectStates } from './project-states.ts';

/** `projects` in the configuration. */
export const projectsOptions = documented(
  'Where projects are searched for.',
  z.strictObject({
    roots: documented(
      'Directories in which projects are searched for: absolute, relative to the workspace, or starting with `~`. `..` is the workspace itself if that is directly below `/`.',
      z._default(z.array(z.string().check(z.minLength(1))), ['..']),
    ),
    maxDepth: documented(
      'How many directory levels below a root are searched.',
      z._default(z.int().check(z.minimum(1), z.maximum(32)), 4),
    ),
    exclude: documented(
      'Globs, relative to a root, of directories that are not searched.',
      z._default(z.array(z.string()), []),
    ),
    include: documented(
      'Globs, relative to a root. If there are any, only projects that match one are included.',
      z._default(z.array(z.string()), []),
    ),
    includeNested: documented(
      'Whether a project inside another one (a package of a monorepo, a submodule) is a project of its own.',
      z._default(z.boolean(), false),
    ),
    trustedOwners: documented(
      'Numeric ids of other users whose repositories are read, for example in a container. The repositories of the own user always are.',
      z._default(z.array(z.int().check(z.nonnegative())).check(z.maxLength(32)), []),
    ),
  }),
);

const changes = z.object({ staged: count, unstaged: count, untracked: count, conflicts: count });

const lastCommit = z.object({
  hash: z.string(),
  /** Committer date; null outside the years 0000 to 9999. */
  date: z.nullable(timestamp),
  subject: z.string(),
  author: z.string(),
});

export const git = z.object({
  branch: z.nullable(z.string()),
  /** Like the following facts, null if the repository was never readable. */
  detached: z.nullable(z.boolean()),
  unborn: z.nullable(z.boolean()),
  format: z.nullable(z.enum(['sha1', 'sha256'])),
  lastCommit: z.nullable(lastCommit),
  changes: z.nullable(changes),
  /** Whether there are any changes; may be known without their number. */
  dirty: z.nullable(z.boolean()),
  upstream: z.nullable(z.string()),
  upstreamGone: z.nullable(z.boolean()),
  ahead: z.nullable(count),
  behind: z.nullable(count),
  /** When the oldest changed file was written, at the latest; null without changes, or if only deletions are known. */
  oldestChangeAt: z._default(z.nullable(timestamp), null),
  /**
   * Commits that only HEAD has: not its upstream; without one, no remote; if HEAD is detached, no other branch or tag
   * either. Null if unknown, or if there is no remote.
   */
  unpushed: z._default(
    z.nullable(z.object({ commits: count, oldestAt: z.nullable(timestamp) })),
    null,
  ),
  /**
   * The number of commits of HEAD, merges included, on each UTC day that has any, by committer date. `since` is the
   * first day of the month 180 days ago; later if there are very many commits. Null if unknown, without commits, and in
   * a shallow clone.
   */
  commitDays: z._default(
    z.nullable(z.object({ since: day, days: z.record(z.string(), count) })),
    null,
  ),
  /** Entries of `git stash list`. */
  stash: z._default(
    z.nullable(z.object({ entries: count, oldestAt: z.nullable(timestamp) })),
    null,
  ),
  /** Names of all remotes. */
  remotes: z._default(z.nullable(z.array(z.string())), null),
  /** URL of the remote `origin`, or of the only remote, without credentials. */
  remote: z.nullable(z.string()),
  shallow: z.nullable(z.boolean()),
  /** The main worktree, if this one is linked. */
  worktreeOf: z.nullable(z.string()),
  /** Code of the reason why facts are null; null if all are known. */
  error: z.nullable(z.string()),
});

const stack = z.object({
  /**
   * Bytes of tracked source files by language, counted as by github-linguist, as of the last change of the index; null
   * without git.
   */
  languages: z.nullable(z.record(z.string(), count)),
  frameworks: z.array(z.string()),
  packageManager: z.nullable(z.string()),
  /** Pinned or required versions of `node`, `python`, `go`, …: `20.11.0`, `>=3.11`. */
  runtimes: z.optional(z.record(z.string(), z.string())),
});

export const project = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  /** Previous paths, the most recent last. */
  previousPaths: z.array(z.string()),
  /** Identifies the directory after a move or rename; null if the file system does not support that. */
  fileId: z.optional(z.nullable(z.string())),
  kind: z.enum(['git', 'package']),
  description: z.nullable(z.string()),
  stack,
  /** An SPDX expression. */
  license: z.nullable(z.string()),
  /** Tracked files, and commits reachable from HEAD; null without git, `commits` also in a shallow clone. */
  counts: z.object({
    files: z.nullable(count),
    commits: z.nullable(count),
    /** Set while `commits` is null because a later run counts a long history. */
    commitsPending: z.optional(z.boolean()),
  }),
  /**
   * `missing`: it no longer exists. `not-observed`: the last run did not search its directory, which may exist.
   * `unreadable`, `untrusted` and `error`: the last run found it and could not read it; see `git.error`.
   */
  state: z.enum(projectStates),
  missingSince: z.nullable(timestamp),
  notObservedSince: z._default(z.nullable(timestamp), null),
  firstSeen: timestamp,
  /** The run that read the facts; null if the last run did, or if none ever did. */
  lastSeen: z.nullable(timestamp),
  git: z.nullable(git),
  client: userOwned(z.optional(z.unknown())),
  status: userOwned(z.optional(z.unknown())),
  progress: userOwned(z.optional(z.unknown())),
  startDate: userOwned(z.optional(z.unknown())),
  deadline: userOwned(z.optional(z.unknown())),
  tags: userOwned(z.optional(z.unknown())),
  notes: userOwned(z.optional(z.unknown())),
  /** Reasons for attention not to show: `[{ "rule": "stash", "until": "2027-01-31", "reason": "…" }]`. */
  ignore: userOwned(z.optional(z.unknown())),
});

export const root = z.object({
  path: z.string(),
  state: z.enum(['ok', 'incomplete', 'unreachable', 'empty']),
  projects: count,
});

/** `data/projects.json` */
export const projectsSnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  roots: z.array(root),
  /** `projects` are those that the last run found; `dirty` is a part of it. */
  summary: z.object({
    projects: count,
    missing: count,
    notObserved: z._default(count, 0),
    dirty: count,
  }),
  projects: mergedBy(['id'], z.array(project)),
});

export const projectsHistoryEntry = z.object({
  key: z.string(),
  state: project.shape.state,
  branch: z.nullable(z.string()),
  head: z.nullable(z.string()),
  dirty: z.nullable(z.boolean()),
  ahead: z.nullable(count),
  behind: z.nullable(count),
  files: z.nullable(count),
  commits: z.nullable(count),
});

export const projectsSchemas = {
  options: projectsOptions,
  snapshot: projectsSnapshot,
  historyEntry: projectsHistoryEntry,
} as const;
export type Project = z.infer<typeof project>;
export type ProjectGit = z.infer<typeof git>;
export type ProjectRoot = z.infer<typeof root>;
