import { isWindowsPath } from '../../../../util/compare-paths.ts';

/**
 * Returns the directory that Claude Code was started in, from the working directory (`cwd`) of a line. The
 * directory of the logs is named after it, with every UTF-16 unit except ASCII letters and digits replaced by
 * `-`. Two directories may share a name, so the name alone does not identify either. Returns null for a
 * line that was written neither in the start directory nor below it.
 */
export function startDir(cwd: string, logDir: string): string | null {
  const path = cwd.slice(0, logDir.length);
  const next = cwd.charAt(logDir.length);
  const isComplete = next === '' || next === '/' || next === '\\';
  return isComplete && isNamedAfter(logDir, path) ? path : null;
}

/** On Windows, all spellings of a directory share one directory of logs, named after the first. */
function isNamedAfter(logDir: string, path: string): boolean {
  const name = logDirOf(path);
  return isWindowsPath(path) ? name.toLowerCase() === logDir.toLowerCase() : name === logDir;
}

/** Returns the name of the directory of the logs of a start directory. */
export const logDirOf = (startPath: string): string => startPath.replace(/[^A-Za-z0-9]/g, '-');
