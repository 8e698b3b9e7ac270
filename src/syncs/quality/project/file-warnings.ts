import { FileError } from '../../../util/fs.ts';
import { sanitizePath } from '../../../util/text.ts';
import { ReportError } from '../report/report-file.ts';

/** What is wrong with one file of a project. */
export interface Problem {
  /** Relative to the project. */
  readonly path: string;
  readonly message: string;
}

/** Collects what is wrong with single files, so that the work on the others goes on. */
export interface Problems {
  readonly list: readonly Problem[];
  readonly add: (path: string, message: string) => void;
  /** Does work on a file; null when the file is broken or can't be read. Any other error is thrown. */
  readonly guard: <Result>(path: string, work: () => Promise<Result>) => Promise<Result | null>;
  /** Whether a problem may pass although no file changes. */
  readonly mayPass: () => boolean;
}

// What these say about a file stays true until it changes.
const lastingCodes: ReadonlySet<string> = new Set([
  ...['ELOOP', 'ENXIO', 'EISDIR', 'EFBIG', 'EACCES', 'EPERM'],
]);

export function createProblems(): Problems {
  const list: Problem[] = [];
  let mayPass = false;
  const add = (path: string, message: string): void => {
    list.push({ path: sanitizePath(path), message: sanitizePath(message) });
  };
  return {
    list,
    add,
    mayPass: () => mayPass,
    guard: async (path, work) => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof FileError) {
          mayPass ||= !lastingCodes.has(error.code);
          // The path is told by the caller, relative to the project.
          add(path, error.message.slice(error.path.length + 2));
        } else if (error instanceof ReportError) {
          add(path, error.message);
        } else {
          throw error;
        }
        return null;
      }
    },
  };
}
