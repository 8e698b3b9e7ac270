/**
 * The folder that Claude Code was started in, told from the folder that a line was written in (its `cwd`).
 * Logs lie in a folder named after it, with every UTF-16 unit but ASCII letters and digits turned into `-`:
 * two folders may share a name, and the name alone tells neither. Null for a line that was written
 * elsewhere, not in the start folder or below it.
 */
export function startFolder(cwd: string, logFolder: string): string | null {
  const path = cwd.slice(0, logFolder.length);
  const next = cwd.charAt(logFolder.length);
  const isWhole = next === '' || next === '/' || next === '\\';
  return isWhole && logFolderOf(path) === logFolder ? path : null;
}

/** The name of the folder below `projects/` that holds the logs of what was started in `start`. */
export const logFolderOf = (start: string): string => start.replace(/[^A-Za-z0-9]/g, '-');
