import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { Diagnostic } from '../../../../util/diagnostic.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { FileError, statKey } from '../../../../util/fs.ts';
import { sanitizePath } from '../../../../util/text.ts';
import { formatOf, type Agent, type Location, type Log, type LogFormat } from '../agent.ts';
import { databaseKey } from '../database/database-files.ts';
import { toFileWarning } from './file-warning.ts';

/** An existing log, with its real path, so that a file is found once even if several links lead to it. */
export interface FoundLog extends Log {
  readonly statKey: string;
  readonly size: number;
  readonly isDatabase: boolean;
}

export interface FoundLogs {
  readonly logs: readonly FoundLog[];
  readonly warnings: readonly Diagnostic[];
}

interface Dir {
  readonly path: string;
  /** Name of the first directory below the root; null for a root itself. */
  readonly logDir: string | null;
  readonly isLinked?: true;
  /** How many levels of directories to visit below this one. */
  readonly depth: number;
}

/** A link may lead to the whole file system. */
const maxLinkedDirs = 20_000;

/**
 * Finds all logs of an agent below `roots`. Linked directories are followed, but each real directory is visited
 * once: those that are reached without a link first, so that a project keeps the name of its own directory.
 * Unreadable directories, and links, pipes and devices with the name of a log, are warnings.
 */
export async function findLogs(
  agent: Pick<Agent, 'formats' | 'logDirOf'>,
  roots: readonly Pick<Location, 'root' | 'depth'>[],
  yieldToEventLoop: YieldToEventLoop,
): Promise<FoundLogs> {
  const search = new LogSearch(agent);
  for (const root of roots) search.addRoot(root);
  while (search.step()) await yieldToEventLoop();
  return search;
}

class LogSearch implements FoundLogs {
  readonly logs: FoundLog[] = [];
  readonly warnings: Diagnostic[] = [];
  private readonly agent: Pick<Agent, 'formats' | 'logDirOf'>;
  private readonly visited = new Set<string>();
  private dirs: Dir[] = [];
  private links: Dir[] = [];
  private linkedCount = 0;

  constructor(agent: Pick<Agent, 'formats' | 'logDirOf'>) {
    this.agent = agent;
  }

  addRoot({ root, depth = Infinity }: Pick<Location, 'root' | 'depth'>): void {
    this.attempt(root, () => {
      this.dirs.push({ path: realpathSync(root), logDir: null, depth });
    });
  }

  /** Visits the next directory, or follows the next link. Returns false when none is left. */
  step(): boolean {
    const dir = this.dirs.pop();
    if (dir !== undefined) {
      this.attempt(dir.path, () => {
        this.visit(dir);
      });
      return true;
    }
    this.links.sort((a, b) => (a.path < b.path ? 1 : -1));
    const link = this.links.pop();
    if (link === undefined) return false;
    this.attempt(link.path, () => {
      this.follow(link);
    });
    return true;
  }

  private visit(dir: Dir): void {
    if (this.visited.has(dir.path)) return;
    this.visited.add(dir.path);
    if (dir.isLinked === true && (this.linkedCount += 1) > maxLinkedDirs) {
      this.dirs = [];
      this.links = [];
      const problem = `more than ${String(maxLinkedDirs)} directories behind links; the rest is skipped`;
      throw new FileError('EFBIG', dir.path, problem);
    }
    for (const entry of readdirSync(dir.path, { withFileTypes: true })) this.addEntry(entry, dir);
  }

  private addEntry(entry: Dirent, parent: Dir): void {
    // Both parts are normalized, and path.join normalizes again.
    const path = `${parent.path}${sep}${entry.name}`;
    if (entry.isDirectory()) {
      if (parent.depth > 0) this.dirs.push(this.childOf(parent, path, entry.name));
      return;
    }
    if (entry.isSymbolicLink()) {
      this.links.push(this.childOf(parent, path, entry.name));
      return;
    }
    const format = formatOf(this.agent, entry.name, parent.path);
    if (format === undefined) return;
    this.attempt(path, () => {
      if (!entry.isFile()) throw new FileError('ENXIO', path, 'is not a regular file');
      this.addLog(path, parent, format);
    });
  }

  private childOf(parent: Dir, path: string, name: string): Dir {
    const logDir = parent.logDir ?? sanitizePath(name, 4096);
    return { ...parent, path, logDir, depth: parent.depth - 1 };
  }

  private addLog(path: string, { logDir }: Dir, { type }: LogFormat): void {
    const stats = statSync(path, { bigint: true });
    const isDatabase = type === 'database';
    this.logs.push({
      path,
      logDir: this.agent.logDirOf === null ? null : (logDir ?? ''),
      statKey: isDatabase ? databaseKey(path, stats) : statKey(stats),
      size: Number(stats.size),
      isDatabase,
    });
  }

  private follow({ path, logDir, depth }: Dir): void {
    if (statSync(path).isDirectory()) {
      if (depth >= 0) this.dirs.push({ path: realpathSync(path), logDir, depth, isLinked: true });
    } else if (formatOf(this.agent, basename(path), dirname(path)) !== undefined) {
      const problem = 'is a symbolic link, which is followed only to a directory';
      throw new FileError('ELOOP', path, problem);
    }
  }

  private attempt(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      const warning = toFileWarning(error, path);
      if (warning !== null) this.warnings.push(warning);
    }
  }
}
