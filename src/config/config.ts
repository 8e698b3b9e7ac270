import { parseTree, type ParseError } from 'jsonc-parser';
import { configFile, type Config } from '../schema/config.ts';
import { UserError } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import type { Workspace } from './workspace.ts';
import { duplicateKeys, lineAndColumn, valueOf } from './json-tree.ts';
import { crossFieldProblems } from './rules.ts';

const maxBytes = 1024 * 1024;

/**
 * Reads and checks `data/config/sync.json` (JSON, comments allowed). Without the file every key has its
 * default. Throws `UserError` `config` with all problems at once, a line each:
 * `file:line:column key: what is wrong`.
 */
export async function readConfig(workspace: Workspace): Promise<Config> {
  const text = await readText(workspace.config);
  if (text === null) return configFile.parse({});
  const syntax: ParseError[] = [];
  const tree = parseTree(text, syntax, { allowTrailingComma: true });
  if (tree && syntax.length === 0 && duplicateKeys(tree).length === 0) {
    const { success, data } = configFile.safeParse(valueOf(tree));
    if (success && crossFieldProblems(data, tree).length === 0) return data;
  }
  const { configProblems } = await import('./problems.ts');
  const lines = configProblems(tree, syntax).map(({ offset, key, message }) => {
    const place = `${workspace.config}:${lineAndColumn(text, offset)}`;
    return key === '' ? `${place} ${message}` : `${place} ${key}: ${message}`;
  });
  throw new UserError('config', lines.join('\n'), {
    hint: `edit ${workspace.config}; the keys and their defaults are in README.md`,
  });
}

async function readText(path: string): Promise<string | null> {
  try {
    // A link is followed: people keep their configuration in a repository of their own.
    const file = await readRegularFile(path, { maxBytes, followLink: true });
    return file === null ? null : file.bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const hint = `make ${path} a file that you can read`;
    throw new UserError('config', error.message, { hint, cause: error });
  }
}
