import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '../../../../schema/status.ts';
import { FileError } from '../../../../util/fs.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { problemOf } from './problem.ts';
import { printable } from './text.ts';

/** A log file as the file system describes it. */
export interface FoundLog {
  /** Real path: the same file is found once, by whatever links. */
  readonly path: string;
  /** Name of the folder below `projects/` that it lies in, at whatever depth. */
  readonly folder: string;
  readonly inode: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface FoundLogs {
  readonly logs: readonly FoundLog[];
  readonly problems: readonly Warning[];
}

interface Folder {
  readonly path: string;
  /** Null for a root: its children are the projects' folders. */
  readonly name: string | null;
  /** Reached through a link, which may lead to all that there is. */
  readonly isLinked?: true;
}

const maxLinkedFolders = 20_000;

/**
 * Finds all logs below the roots (absolute paths of `projects/` folders), sub-agents' included. Linked
 * folders are followed, but each real folder is visited once; those reached without a link go first, so
 * that a project keeps the name of its own folder; after 20,000 behind links there is an end to it. What
 * can't be read, and what is named like a log but is a link, a pipe or a device, is a problem, and the rest
 * is found.
 */
export async function findLogs(
  roots: readonly string[],
  pause: YieldToEventLoop,
): Promise<FoundLogs> {
  const logs: FoundLog[] = [];
  const problems: Warning[] = [];
  const visited = new Set<string>();
  const folders: Folder[] = [];
  const links: Folder[] = [];
  let linked = 0;

  const report = (error: unknown, path: string): void => {
    const problem = problemOf(error, path);
    if (problem) problems.push(problem);
  };
  const attempt = (path: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      report(error, path);
    }
  };
  const refuse = (path: string): void => {
    report(new FileError('ENXIO', path, 'is not a regular file'), path);
  };
  const addLog = (path: string, { name }: Folder): void => {
    const { ino, size, mtimeMs } = statSync(path);
    logs.push({ path, folder: printable(name ?? ''), inode: ino, size, mtimeMs });
  };
  const visitEntry = (entry: Dirent, parent: Folder): void => {
    const path = join(parent.path, entry.name);
    const child = { ...parent, path, name: parent.name ?? entry.name };
    if (entry.isDirectory()) {
      folders.push(child);
    } else if (entry.isSymbolicLink()) {
      links.push(child);
    } else if (entry.name.endsWith('.jsonl')) {
      attempt(path, () => {
        if (entry.isFile()) addLog(path, parent);
        else refuse(path);
      });
    }
  };
  const visit = (folder: Folder): void => {
    if (visited.has(folder.path)) return;
    visited.add(folder.path);
    if (folder.isLinked === true && (linked += 1) > maxLinkedFolders) {
      folders.length = links.length = 0;
      const message = `more than ${String(maxLinkedFolders)} folders behind links; others are not looked at`;
      throw new FileError('EFBIG', folder.path, message);
    }
    for (const entry of readdirSync(folder.path, { withFileTypes: true })) {
      visitEntry(entry, folder);
    }
  };
  const followLink = ({ path, name }: Folder): void => {
    if (statSync(path).isDirectory()) {
      folders.push({ path: realpathSync(path), name, isLinked: true });
    } else if (path.endsWith('.jsonl')) refuse(path);
  };

  for (const path of roots) {
    attempt(path, () => {
      folders.push({ path: realpathSync(path), name: null });
    });
  }
  for (;;) {
    await pause();
    const folder = folders.pop();
    if (folder) {
      attempt(folder.path, () => {
        visit(folder);
      });
      continue;
    }
    links.sort((one, other) => (one.path < other.path ? 1 : -1));
    const link = links.pop();
    if (!link) break;
    attempt(link.path, () => {
      followLink(link);
    });
  }
  return { logs, problems };
}
