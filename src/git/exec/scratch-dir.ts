import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { toFileError } from '../../util/fs.ts';

/** A folder of our own for files that a program is to read, filled anew for each time that it is run. */
export interface ScratchDir {
  readonly path: string;
  /** Makes these the only files in it, by name. Throws `FileError`. */
  readonly fill: (files: ReadonlyMap<string, Buffer>) => void;
}

const maxKeptBytes = 64 * 1024;

/**
 * Makes a scratch folder in `parent`, laid out as a git folder. It is used again and again, and only what
 * differs is written: making folders and files anew takes longer than a `git status`.
 * Throws `FileError`.
 */
export function createScratchDir(parent: string): ScratchDir {
  // What is in it; null for what is there, but too large to be remembered.
  const present = new Map<string, Buffer | null>();
  const path = attempt(parent, () => {
    const folder = mkdtempSync(join(parent, 'git-'));
    for (const name of ['info', 'refs']) mkdirSync(join(folder, name));
    return folder;
  });
  const fill = (files: ReadonlyMap<string, Buffer>): void => {
    for (const name of [...present.keys()].filter((one) => !files.has(one))) {
      rmSync(join(path, name), { force: true });
      present.delete(name);
    }
    for (const [name, content] of files) {
      if (present.get(name)?.equals(content) === true) continue;
      present.set(name, null);
      rewrite(join(path, name), content);
      if (content.length <= maxKeptBytes) present.set(name, content);
    }
  };
  return {
    path,
    fill: (files) => {
      attempt(path, () => {
        fill(files);
      });
    },
  };
}

/** Never empties the file in between: some file systems force one to the disk that was emptied first. */
function rewrite(path: string, content: Buffer): void {
  const descriptor = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    for (let at = 0; at < content.length;) at += writeSync(descriptor, content, at);
    ftruncateSync(descriptor, content.length);
  } finally {
    closeSync(descriptor);
  }
}

function attempt<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw toFileError(error, path);
  }
}
