import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/**
 * Replaces the content of a file by as many spaces without a trace in its stats, except for the ctime. Returns a
 * function that restores it.
 */
export function blankFile(path: string): () => void {
  const bytes = readFileSync(path);
  const { mtime } = statSync(path);
  const write = (content: Uint8Array): void => {
    writeFileSync(path, content, { flag: 'r+' });
    utimesSync(path, mtime, mtime);
  };
  write(Buffer.alloc(bytes.length, ' '));
  return () => {
    write(bytes);
  };
}

/** Sets the time of the last change of a file to whole seconds, which `utimes` can restore. */
export function roundTime(path: string): void {
  const seconds = Math.floor(statSync(path).mtimeMs / 1000);
  utimesSync(path, seconds, seconds);
}
