import type { Dirent } from 'node:fs';
import type { YieldToEventLoop } from '../../util/async.ts';
import { readIgnoreFile } from '../ignore/exclude-files.ts';
import { parseGitignore, type IgnoreRule } from '../ignore/parse-gitignore.ts';
import { joinPath, parentDir } from '../paths.ts';
import { listDir } from './walk-worktree.ts';

/** Paths relative to the work tree. */
export interface UntrackedFiles {
  /** Regular files that are not ignored. */
  readonly files: readonly string[];
  /** The number of files and links that are not ignored. */
  readonly count: number;
  readonly ignoredDirs: readonly string[];
}

/** An untracked file or directory. */
export interface UntrackedEntry {
  readonly path: string;
  readonly entry: Dirent;
}

/** The rules of an ignore file, and the directory that their paths are relative to. */
interface RuleList {
  readonly dir: string;
  readonly rules: readonly IgnoreRule[];
}

/**
 * Splits untracked entries into ignored ones and others, like `git status --untracked-files=all`. Returns null if
 * only git can: an ignore file uses unsupported syntax, or a directory can't be read or is a repository.
 * `excludes` is the content of the exclude files, in ascending precedence.
 */
export async function applyIgnoreRules(
  entries: readonly UntrackedEntry[],
  context: {
    readonly workTree: string;
    readonly excludes: readonly string[];
    readonly yieldToEventLoop: YieldToEventLoop;
  },
): Promise<UntrackedFiles | null> {
  const { workTree, excludes, yieldToEventLoop } = context;
  const isIgnored = createIgnoreTest(workTree, excludes);
  const files: string[] = [];
  const ignoredDirs: string[] = [];
  let links = 0;
  const queue = [...entries];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    await yieldToEventLoop();
    const { path, entry } = next;
    const isDirectory = entry.isDirectory();
    // git skips sockets and other special files.
    if (!isDirectory && !entry.isFile() && !entry.isSymbolicLink()) continue;
    const ignored =
      entry.name === '.git' || path.includes('\ufffd') ? null : isIgnored(path, isDirectory);
    if (ignored === null) return null;
    if (ignored) {
      if (isDirectory) ignoredDirs.push(path);
    } else if (entry.isFile()) files.push(path);
    else if (!isDirectory) links += 1;
    else {
      const children = listDir(`${workTree}/${path}`);
      if (children === null) return null;
      for (const child of children) {
        queue.push({ path: joinPath(path, child.name), entry: child });
      }
    }
  }
  return { files: files.sort(), count: files.length + links, ignoredDirs };
}

/** Returns a test for paths; it returns null if a rule that may apply is not supported. */
function createIgnoreTest(
  workTree: string,
  excludes: readonly string[],
): (path: string, isDirectory: boolean) => boolean | null {
  const listsByDir = new Map<string, readonly RuleList[] | null>();
  const ignoredByDir = new Map<string, boolean | null>([['', false]]);

  const prepend = (
    text: string | null,
    dir: string,
    lists: readonly RuleList[] | null,
  ): readonly RuleList[] | null => {
    const rules = text === null ? null : parseGitignore(text);
    if (rules === null || lists === null) return null;
    return rules.length === 0 ? lists : [{ dir, rules }, ...lists];
  };
  /** The lists that apply in a directory, in descending precedence. */
  const listsFor = (dir: string): readonly RuleList[] | null => {
    let lists = listsByDir.get(dir);
    if (lists === undefined) {
      const inherited =
        dir === ''
          ? excludes.reduce<readonly RuleList[] | null>((all, text) => prepend(text, '', all), [])
          : listsFor(parentDir(dir));
      lists = prepend(readIgnoreFile(`${workTree}/${joinPath(dir, '.gitignore')}`), dir, inherited);
      listsByDir.set(dir, lists);
    }
    return lists;
  };
  const isIgnored = (path: string, isDirectory: boolean): boolean | null => {
    const parent = parentDir(path);
    let parentIgnored = ignoredByDir.get(parent);
    if (parentIgnored === undefined) {
      ignoredByDir.set(parent, (parentIgnored = isIgnored(parent, true)));
    }
    // A file can't be re-included if a parent directory is ignored.
    if (parentIgnored !== false) return parentIgnored;
    const lists = listsFor(parent);
    if (lists === null) return null;
    for (const { dir, rules } of lists) {
      const relative = dir === '' ? path : path.slice(dir.length + 1);
      const rule = rules.findLast(
        ({ directoriesOnly, matches }) => (isDirectory || !directoriesOnly) && matches(relative),
      );
      if (rule !== undefined) return !rule.negated;
    }
    return false;
  };
  return isIgnored;
}
