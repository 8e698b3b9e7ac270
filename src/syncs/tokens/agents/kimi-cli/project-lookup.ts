import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { getOrInsert } from '../../../../util/collections.ts';
import { sanitizePath } from '../../../../util/text.ts';
import type { Log } from '../../usage-log/agent.ts';
import { toFields, toText } from '../../usage-log/fields.ts';
import { readSideJson } from '../../usage-log/reading/side-file.ts';

/**
 * Creates a function that returns the working directory of the sessions in a directory, whose name is the hash
 * of a path in `kimi.json`. The name has a prefix, and the project is unknown, if the path is on another machine.
 */
export function createProjectLookup(): (log: Log) => string | null {
  const byShareDir = new Map<string, ReadonlyMap<string, string>>();
  return ({ path, logDir }) => {
    if (logDir === null) return null;
    const end = path.lastIndexOf(join('sessions', logDir));
    if (end === -1) return null;
    const projects = getOrInsert(byShareDir, path.slice(0, end), readProjects);
    return projects.get(logDir) ?? null;
  };
}

/** Returns the working directories in `kimi.json` by the names of their directories. */
function readProjects(shareDir: string): ReadonlyMap<string, string> {
  const workDirs = readSideJson(join(shareDir, 'kimi.json'))?.['work_dirs'];
  const projects = new Map<string, string>();
  for (const value of Array.isArray(workDirs) ? (workDirs as readonly unknown[]) : []) {
    const path = toText(toFields(value)?.['path']);
    if (path !== null) projects.set(logDirOf(path), sanitizePath(path, 4096));
  }
  return projects;
}

/** The directory of the sessions of a working directory (MoonshotAI/kimi-cli, src/kimi_cli/metadata.py). */
export function logDirOf(project: string): string {
  return createHash('md5').update(project).digest('hex');
}
