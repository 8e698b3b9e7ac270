import * as z from 'zod/mini';
import { day, timestamp } from './timestamp.ts';
import { count } from './numbers.ts';
import { mergedBy, userOwned } from './field-ownership.ts';
import { projectStates } from './project-states.ts';
import { projectsOptions } from './projects-options.ts';

const changes = z.object({
  /** Files with changes in the index. */
  staged: count,
  /** Tracked files with changes that are not in the index. */
  unstaged: count,
  /** New files that are not ignored. */
  untracked: count,
  /** Files with an unresolved merge. */
  conflicts: count,
});

const lastCommit = z.object({
  /** The object id. */
  hash: z.string(),
  /** Committer date; null outside the years 0000 to 9999. */
  date: z.nullable(timestamp),
  /** The first line of the message. */
  subject: z.string(),
  /** The name of the author. */
  author: z.string(),
});

const dayCounts = z.nullable(
  z.object({
    /** The first day that is included. */
    since: day,
    /** By day: `{ "2026-11-23": 4 }`. */
    days: z.record(z.string(), count),
  }),
);

export const git = z.object({
  /** The branch of HEAD; null if HEAD is detached, or unknown. */
  branch: z.nullable(z.string()),
  /** Whether HEAD is a commit instead of a branch. Like the following facts, null if it was never readable. */
  detached: z.nullable(z.boolean()),
  /** Whether the branch has no commit yet. */
  unborn: z.nullable(z.boolean()),
  /** The hash function of object ids. */
  format: z.nullable(z.enum(['sha1', 'sha256'])),
  /** The commit of HEAD; null without one. */
  lastCommit: z.nullable(lastCommit),
  /** Numbers of changed files; null if unknown. */
  changes: z.nullable(changes),
  /** Whether there are any changes; may be known without their number. */
  dirty: z.nullable(z.boolean()),
  /** The upstream of the branch, `origin/main`; null without one. */
  upstream: z.nullable(z.string()),
  /** Whether the upstream no longer exists; null without one. */
  upstreamGone: z.nullable(z.boolean()),
  /** Commits that the upstream does not have; null without an upstream. */
  ahead: z.nullable(count),
  /** Commits of the upstream that HEAD does not have, as of the last fetch; null without an upstream. */
  behind: z.nullable(count),
  /** When the oldest changed file was written, at the latest; null without changes, or if only deletions are known. */
  oldestChangeAt: z._default(z.nullable(timestamp), null),
  /**
   * Commits that only HEAD has: not its upstream; without one, no remote; if HEAD is detached, no other branch or tag
   * either. Null if unknown, or if there is no remote.
   */
  unpushed: z._default(
    z.nullable(
      z.object({
        commits: count,
        /** The committer date of the oldest; null without any. */
        oldestAt: z.nullable(timestamp),
      }),
    ),
    null,
  ),
  /**
   * The number of commits of HEAD, merges included, on each UTC day that has any, by committer date. `since` is the
   * first day of the month 180 days ago; later if there are very many commits. Null if unknown, without commits, and in
   * a shallow clone.
   */
  commitDays: z._default(dayCounts, null),
  /**
   * The added and deleted lines of the commits, merges excluded, on the same days. `since` is later with more than
   * 1,000 commits. Null if unknown, also until a later run has read them.
   */
  changedLines: z._default(dayCounts, null),
  /** Entries of `git stash list`. */
  stash: z._default(
    z.nullable(
      z.object({
        entries: count,
        /** When the oldest was made; null without any. */
        oldestAt: z.nullable(timestamp),
      }),
    ),
    null,
  ),
  /** Names of all remotes. */
  remotes: z._default(z.nullable(z.array(z.string())), null),
  /** URL of the remote `origin`, or of the only remote, without credentials. */
  remote: z.nullable(z.string()),
  /** Whether the clone has only a part of the history. */
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
  /** Known frameworks among the dependencies. */
  frameworks: z.array(z.string()),
  /** `npm`, `cargo`, …; null without a manifest or lock file of one. */
  packageManager: z.nullable(z.string()),
  /** Pinned or required versions of `node`, `python`, `go`, …: `20.11.0`, `>=3.11`. */
  runtimes: z.optional(z.record(z.string(), z.string())),
});

export const project = z.object({
  /** Readable and unique. It never changes. */
  id: z.string(),
  /** The name of the directory. */
  name: z.string(),
  /** The absolute path of the directory. */
  path: z.string(),
  /** Previous paths, the most recent last. */
  previousPaths: z.array(z.string()),
  /** Identifies the directory after a move or rename; null if the file system does not support that. */
  fileId: z.optional(z.nullable(z.string())),
  /** A git repository, or a directory with a manifest and without git. */
  kind: z.enum(['git', 'package']),
  /** From the manifest or the README; null without one. */
  description: z.nullable(z.string()),
  /** Languages, frameworks and tools. */
  stack,
  /** An SPDX expression. */
  license: z.nullable(z.string()),
  /** Tracked files, and commits reachable from HEAD; null without git, `commits` also in a shallow clone. */
  counts: z.object({
    /** Tracked files, without those whose names are not UTF-8. */
    files: z.nullable(count),
    /** Commits reachable from HEAD. */
    commits: z.nullable(count),
    /** Set while `commits` is null because a later run counts a long history. */
    commitsPending: z.optional(z.boolean()),
  }),
  /**
   * `missing`: it no longer exists. `not-observed`: the last run did not search its directory, which may exist.
   * `unreadable`, `untrusted` and `error`: the last run found it and could not read it; see `git.error`.
   */
  state: z.enum(projectStates),
  /** The first run that did not find the directory; null if it exists. */
  missingSince: z.nullable(timestamp),
  /** The first run that did not search the directory; null if it was searched. */
  notObservedSince: z._default(z.nullable(timestamp), null),
  /** The run that found it first. */
  firstSeen: timestamp,
  /** The run that read the facts; null if the last run did, or if none ever did. */
  lastSeen: z.nullable(timestamp),
  /** Null without git. */
  git: z.nullable(git),
  /** Set by the user: the client that it is for. Costs and projects are grouped by it. */
  client: userOwned(z.optional(z.unknown())),
  /** Set by the user; not interpreted. */
  status: userOwned(z.optional(z.unknown())),
  /** Set by the user; not interpreted. */
  progress: userOwned(z.optional(z.unknown())),
  /** Set by the user; not interpreted. */
  startDate: userOwned(z.optional(z.unknown())),
  /** Set by the user: the day by which it is due. */
  deadline: userOwned(z.optional(z.unknown())),
  /** Set by the user: a list of words, or one. */
  tags: userOwned(z.optional(z.unknown())),
  /** Set by the user: text. */
  notes: userOwned(z.optional(z.unknown())),
  /** Reasons for attention not to show: `[{ "rule": "stash", "until": "2027-01-31", "reason": "…" }]`. */
  ignore: userOwned(z.optional(z.unknown())),
});

export const root = z.object({
  /** The configured path, absolute. */
  path: z.string(),
  /** `incomplete`: a part could not be read. `unreachable`: it could not be read. `empty`: it contains no project. */
  state: z.enum(['ok', 'incomplete', 'unreachable', 'empty']),
  /** Projects that the last run found in it. */
  projects: count,
});

/** `data/projects.json` */
export const projectsSnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  /** The directories in which projects are searched for. */
  roots: z.array(root),
  /** `projects` are those that the last run found; `dirty` is a part of it. */
  summary: z.object({
    /** Projects that the last run found. */
    projects: count,
    /** Projects that no longer exist. */
    missing: count,
    /** Projects that the last run did not search for. */
    notObserved: z._default(count, 0),
    /** Projects with changes that are not committed. */
    dirty: count,
  }),
  /** All known projects, missing ones included. */
  projects: mergedBy(['id'], z.array(project)),
});

export const projectsHistoryEntry = z.object({
  /** The `id` of the project. Other fields are null if unknown. */
  key: z.string(),
  /** As in `projects.json`. */
  state: project.shape.state,
  /** Null if HEAD is detached. */
  branch: z.nullable(z.string()),
  /** The object id of HEAD. */
  head: z.nullable(z.string()),
  /** Whether there are changes that are not committed. */
  dirty: z.nullable(z.boolean()),
  /** Commits that the upstream does not have. */
  ahead: z.nullable(count),
  /** Commits of the upstream that HEAD does not have. */
  behind: z.nullable(count),
  /** Tracked files, without those whose names are not UTF-8. */
  files: z.nullable(count),
  /** Commits reachable from HEAD. */
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
