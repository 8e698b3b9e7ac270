import { createHash } from 'node:crypto';
import { basename, dirname, join, sep } from 'node:path';
import { getOrInsert } from '../../../../util/collections.ts';
import { sanitizePath } from '../../../../util/text.ts';
import { toFields } from '../../usage-log/fields.ts';
import { readSideJson, readSideText } from '../../usage-log/reading/side-file.ts';

/**
 * Creates a function that returns the project of a log in `tmp/<id>/chats/`, null if it is unknown. The id is a
 * short name, whose path is in `tmp/<id>/.project_root` and in `projects.json`, or in older versions the
 * SHA-256 hash of the path, which is compared with the paths in `projects.json`.
 *
 * Source: google-gemini/gemini-cli, packages/core/src/config/storage.ts and projectRegistry.ts.
 */
export function createProjectLookup(): (logPath: string) => string | null {
  const projects = new Map<string, string | null>();
  return (logPath) => {
    const end = logPath.lastIndexOf(`${sep}chats${sep}`);
    return end === -1 ? null : getOrInsert(projects, logPath.slice(0, end), findProject);
  };
}

function findProject(dir: string): string | null {
  const root = readSideText(join(dir, '.project_root'))?.trim() ?? '';
  const path = root === '' ? findRegistered(dirname(dirname(dir)), basename(dir)) : root;
  return path === null ? null : sanitizePath(path, 4096);
}

function findRegistered(geminiDir: string, id: string): string | null {
  const projects = toFields(readSideJson(join(geminiDir, 'projects.json'))?.['projects']) ?? {};
  const paths = Object.keys(projects);
  return paths.find((path) => projects[path] === id || hashOf(path) === id) ?? null;
}

const hashOf = (path: string): string => createHash('sha256').update(path).digest('hex');
