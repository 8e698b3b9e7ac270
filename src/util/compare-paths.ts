/** Whether a path has the form of Windows: a drive letter, or the start of a network share. */
export const isWindowsPath = (path: string): boolean => /^(?:[a-zA-Z]:[\\/]|\\\\)/.test(path);

/**
 * Returns the form of an absolute path by which it is compared. Windows has several spellings of a path, such as
 * `C:\Code` and `c:/code/`, and programs record any of them. Other paths are returned unchanged, unless their file
 * system ignores case, and with it the forms of composed characters, as that of macOS does by default.
 */
export function comparablePath(path: string, ignoresCase = false): string {
  if (isWindowsPath(path)) {
    const plain = path.replaceAll('/', '\\').replace(/^\\\\\?\\(?=[a-zA-Z]:)/, '');
    return plain.replace(/(?<=[^:\\])\\+$/, '').toLowerCase();
  }
  return ignoresCase ? path.normalize('NFC').toLowerCase() : path;
}

/**
 * Returns a path with composed characters (NFC). macOS finds a name in both forms, and programs, editors and disks
 * differ in the form that they record. Elsewhere two names may differ only in it, so the exact path is preferred.
 */
export const composedPath = (path: string): string => path.normalize('NFC');
