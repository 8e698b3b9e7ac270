import { readdirSync, type Dirent } from 'node:fs';
import { errnoOf } from '../../util/errors.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { parseIgnoreRules, type IgnoreRule } from '../ignore/parse-gitignore.ts';
import { joinPath, parentDir } from '../paths.ts';
import { readIgnoreFile } from '../ignore/exclude-files.ts';

/** What git does not track. Paths are relative to the work tree. */
export interface UntrackedFiles {
  /** Regular files that it would track. */
  readonly files: readonly string[];
  /** These and links. */
  readonly count: number;
  readonly ignoredFolders: readonly string[];
}

/** Something that git does not track, in a folder of the work tree. */
export interface UntrackedEntry {
  readonly path: string;
  readonly entry: Dirent;
}

/** The lines of a list, and the folder that they speak of. */
interface RuleList {
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
}

/**
 * Sorts out what git does not track in a work tree, as `git status --untracked-files=all` does. Null where
 * only git can: a list of what it ignores is hard to follow, a folder can't be read, or holds a repository.
 * `shared` are the lists outside the work tree in their order, the last one counts most.
 */
export async function applyIgnoreRules(
  others: readonly UntrackedEntry[],
  context: {
    readonly workTree: string;
    readonly shared: readonly string[];
    readonly pause: YieldToEventLoop;
  },
): Promise<UntrackedFiles | null> {
  const { workTree, shared, pause } = context;
  const listsByFolder = new Map<string, readonly RuleList[] | null>();
  const ignoredFolders = new Map<string, boolean | null>([['', false]]);

  const addList = (
    text: string | null,
    folder: string,
    above: readonly RuleList[] | null,
  ): readonly RuleList[] | null => {
    const rules = text === null ? null : parseIgnoreRules(text);
    if (rules === null || above === null) return null;
    return rules.length === 0 ? above : [{ folder, rules }, ...above];
  };
  /** The lists that speak of what is in a folder; the first one counts most. */
  const listsFor = (folder: string): readonly RuleList[] | null => {
    let lists = listsByFolder.get(folder);
    if (lists === undefined) {
      const above =
        folder === ''
          ? shared.reduce<readonly RuleList[] | null>((all, text) => addList(text, '', all), [])
          : listsFor(parentDir(folder));
      lists = addList(
        readIgnoreFile(`${workTree}/${joinPath(folder, '.gitignore')}`),
        folder,
        above,
      );
      listsByFolder.set(folder, lists);
    }
    return lists;
  };
  const isIgnored = (path: string, isFolder: boolean): boolean | null => {
    const folder = parentDir(path);
    let answer = ignoredFolders.get(folder);
    if (answer === undefined) ignoredFolders.set(folder, (answer = isIgnored(folder, true)));
    // Nothing in an ignored folder can be taken back.
    if (answer !== false) return answer;
    const lists = listsFor(folder);
    if (lists === null) return null;
    for (const { folder: of, rules } of lists) {
      const relative = of === '' ? path : path.slice(of.length + 1);
      const rule = rules.findLast(
        ({ foldersOnly, matches }) => (isFolder || !foldersOnly) && matches(relative),
      );
      if (rule !== undefined) return !rule.negative;
    }
    return false;
  };

  const files: string[] = [];
  const ignored: string[] = [];
  let links = 0;
  const queue = [...others];
  for (let other = queue.pop(); other !== undefined; other = queue.pop()) {
    await pause();
    const { path, entry } = other;
    const isFolder = entry.isDirectory();
    // git passes over sockets and the like.
    if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) continue;
    const answer =
      entry.name === '.git' || path.includes('\ufffd') ? null : isIgnored(path, isFolder);
    if (answer === null) return null;
    if (answer) {
      if (isFolder) ignored.push(path);
    } else if (entry.isFile()) files.push(path);
    else if (!isFolder) links += 1;
    else {
      const inside = listFolder(`${workTree}/${path}`);
      if (inside === null) return null;
      for (const one of inside) queue.push({ path: joinPath(path, one.name), entry: one });
    }
  }
  return { files: files.sort(), count: files.length + links, ignoredFolders: ignored };
}

function listFolder(path: string): readonly Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
