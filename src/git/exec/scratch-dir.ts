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

/** A private directory that serves as git directory, with new content for every git process. */
export interface ScratchDir {
  readonly path: string;
  /** Makes these the only files of the directory, by name. Throws `FileError`. */
  readonly fill: (files: ReadonlyMap<string, Buffer>) => void;
}

const maxRetainedBytes = 64 * 1024;

/**
 * Creates a scratch directory in `parent`. It is reused and only files that differ are written, because creating
 * directories and files takes longer than a `git status`. Throws `FileError`.
 */
export function createScratchDir(parent: string): ScratchDir {
  // The present files with their content; null if that is too large to be retained.
  const present = new Map<string, Buffer | null>();
  const path = withFileError(parent, () => {
    const dir = mkdtempSync(join(parent, 'git-'));
    for (const name of ['info', 'refs']) mkdirSync(join(dir, name));
    return dir;
  });
  const fill = (files: ReadonlyMap<string, Buffer>): void => {
    for (const name of [...present.keys()].filter((one) => !files.has(one))) {
      rmSync(join(path, name), { force: true });
      present.delete(name);
    }
    for (const [name, content] of files) {
      if (present.get(name)?.equals(content) === true) continue;
      present.set(name, null);
      overwrite(join(path, name), content);
      if (content.length <= maxRetainedBytes) present.set(name, content);
    }
  };
  return {
    path,
    fill: (files) => {
      withFileError(path, () => {
        fill(files);
      });
    },
  };
}

/** Truncates after writing: some file systems sync a file that was truncated to zero before. */
function overwrite(path: string, content: Buffer): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    for (let at = 0; at < content.length;) at += writeSync(fd, content, at);
    ftruncateSync(fd, content.length);
  } finally {
    closeSync(fd);
  }
}

function withFileError<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw toFileError(error, path);
  }
}
