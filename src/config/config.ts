import { parseTree, type ParseError } from 'jsonc-parser';
import { configFile, type Config } from '../schema/config.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import type { Workspace } from './workspace.ts';
import { isNestedTooDeeply } from '../util/json.ts';
import { lineAndColumn } from '../util/json-text.ts';
import { duplicateKeys, valueOf } from './json-tree.ts';
import { crossFieldProblems } from './rules.ts';

const maxBytes = 1024 * 1024;

/**
 * Reads and validates `data/config/sync.json` (JSON with comments). Without the file every key has its default.
 * Throws `ConfigError` with every error, or `UserError` with code `config` if the file can't be read.
 */
export async function readConfig(workspace: Workspace): Promise<Config> {
  const text = await readText(workspace.config);
  if (text === null) return configFile.parse({});
  const hint = `edit ${workspace.config}; the keys and their defaults are in README.md`;
  // Checked before parsing, because the parser is recursive.
  if (isNestedTooDeeply(text)) {
    const details = { subject: workspace.config, message: 'nested too deeply', hint };
    throw new ConfigError([diagnostic('config-syntax', details)], hint);
  }
  const syntax: ParseError[] = [];
  const tree = parseTree(text, syntax, { allowTrailingComma: true });
  if (tree && syntax.length === 0 && duplicateKeys(tree).length === 0) {
    const { success, data } = configFile.safeParse(valueOf(tree));
    if (success && crossFieldProblems(data, tree).length === 0) return data;
  }
  const { configProblems } = await import('./problems.ts');
  const diagnostics = configProblems(tree, syntax).map(({ code, offset, key, message }) => {
    const position = `${workspace.config}:${lineAndColumn(text, offset)}`;
    return diagnostic(code, { subject: `${position} ${key}`.trim(), message, hint });
  });
  throw new ConfigError(diagnostics, hint);
}

/** A configuration with errors. The message has a line for each of them. */
export class ConfigError extends UserError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], hint: string) {
    const lines = diagnostics.map(({ subject, message }) => `${String(subject)}: ${message}`);
    super('config', lines.join('\n'), { hint });
    this.diagnostics = diagnostics;
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    // Links are followed: the configuration may be kept in another repository.
    const file = await readRegularFile(path, { maxBytes, followLink: true });
    return file === null ? null : file.bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const hint = `make ${path} a readable file`;
    throw new UserError('config', error.message, { hint, cause: error });
  }
}
