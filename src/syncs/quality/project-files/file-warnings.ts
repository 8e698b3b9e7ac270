import * as z from 'zod/mini';
import { isMachineProblem } from '../../../util/errors.ts';
import { FileError } from '../../../util/fs.ts';
import { sanitizePath } from '../../../util/text.ts';
import { ReportError } from '../report/report-file.ts';

export const fileWarning = z.object({
  /** Relative to the project. */
  path: z.string(),
  message: z.string(),
  /** Absent if the file was not read: `file-skipped`. */
  code: z.optional(z.literal('report-inconsistent')),
});

/** A problem with one file or directory of a project. */
export type FileWarning = z.infer<typeof fileWarning>;

/** Collects warnings about single files, so that the others are still read. */
export interface FileWarnings {
  readonly list: readonly FileWarning[];
  readonly add: (path: string, message: string, code?: NonNullable<FileWarning['code']>) => void;
  /**
   * Returns the result of work on a file. A `FileError` or `ReportError` becomes a warning and the result null; any
   * other error is rethrown, including errors of the machine (too many open files, no memory).
   */
  readonly guard: <Result>(path: string, work: () => Promise<Result>) => Promise<Result | null>;
  readonly guardSync: <Result>(path: string, work: () => Result) => Result | null;
  /** Whether a warning may disappear although no file changes. */
  readonly isTransient: () => boolean;
}

// These stay the same until the file changes.
const lastingCodes: ReadonlySet<string> = new Set([
  'ELOOP',
  'ENXIO',
  'EISDIR',
  'EFBIG',
  'EACCES',
  'EPERM',
]);

export function createFileWarnings(): FileWarnings {
  const list: FileWarning[] = [];
  let isTransient = false;
  const add: FileWarnings['add'] = (path, message, code) => {
    const warning = { path: sanitizePath(path), message: sanitizePath(message) };
    list.push(code === undefined ? warning : { ...warning, code });
  };
  const report = (path: string, error: unknown): null => {
    if (isMachineProblem(error)) throw error;
    if (error instanceof FileError) {
      isTransient ||= !lastingCodes.has(error.code);
      add(path, error.problem);
    } else if (error instanceof ReportError) {
      add(path, error.message);
    } else {
      throw error;
    }
    return null;
  };
  return {
    list,
    add,
    isTransient: () => isTransient,
    guard: async (path, work) => {
      try {
        return await work();
      } catch (error) {
        return report(path, error);
      }
    },
    guardSync: (path, work) => {
      try {
        return work();
      } catch (error) {
        return report(path, error);
      }
    },
  };
}
