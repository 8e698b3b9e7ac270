/** A git configuration: the values of each `section.key` or `section.subsection.key`, in order. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

const section = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
const key = /([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)/y;
const space = /\s*/y;
const restOfLine = /[^\n]*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/** A setting: `section.key` or `section.subsection.key`, and its value. */
export type ConfigEntry = readonly [name: string, value: string];

/** Parses a git configuration. Includes are not followed (see `expandIncludes`). */
export const parseGitConfig = (source: string): GitConfig => toConfig(parseConfigEntries(source));

export function toConfig(entries: readonly ConfigEntry[]): GitConfig {
  const config = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const values = config.get(name);
    if (values) values.push(value);
    else config.set(name, [value]);
  }
  return config;
}

/** Parses the entries of a git configuration (git-config(1), "Syntax"). Invalid lines are skipped. */
export function parseConfigEntries(source: string): readonly ConfigEntry[] {
  const text = source.replace(/\r\n/g, '\n');
  const entries: ConfigEntry[] = [];
  let prefix: string | null = null;
  for (let at = skip(space, text, 0); at < text.length; at = skip(space, text, at)) {
    section.lastIndex = key.lastIndex = at;
    const head = section.exec(text);
    const pair = head === null && prefix !== null ? key.exec(text) : null;
    if (head !== null) {
      const [matched, name = '', subsection] = head;
      const quoted = subsection === undefined ? '' : `${subsection.replace(/\\(.)/gs, '$1')}.`;
      prefix = `${name.toLowerCase()}.${quoted}`;
      at += matched.length;
    } else if (pair !== null) {
      const [matched, name = '', equals] = pair;
      // A key without a value is true.
      const valueless = equals === '' ? { value: 'true', end: at + matched.length } : null;
      const { value, end } = valueless ?? readValue(text, at + matched.length);
      entries.push([`${prefix ?? ''}${name.toLowerCase()}`, value]);
      at = equals === '' ? skip(restOfLine, text, end) : end;
    } else at = skip(restOfLine, text, at);
  }
  return entries;
}

/** Returns the last value of a key, which overrides the others. */
export const lastValue = (config: GitConfig, name: string): string | null =>
  config.get(name)?.at(-1) ?? null;

/** Whether the last value of a key means true; false when the key is missing. */
export const isTrue = (config: GitConfig, name: string): boolean =>
  toBoolean(lastValue(config, name) ?? '') === true;

/** Whether a value means false. */
export const isFalse = (value: string): boolean => toBoolean(value) === false;

/** Returns the boolean that a value means (git-config(1), "Values"); null if it is another value. */
function toBoolean(value: string): boolean | null {
  if (/^(?:true|yes|on)$/i.test(value)) return true;
  if (/^(?:false|no|off)?$/i.test(value)) return false;
  const [, hex, decimal] = /^[-+]?(?:0x([\da-f]+)|(\d+))[kmg]?$/i.exec(value) ?? [];
  const digits = hex ?? decimal;
  return digits === undefined ? null : !/^0+$/.test(digits);
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Reads a value up to the end of its line, without quotes, escapes, comment and surrounding white space. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  let trimmedLength = 0;
  let quoted = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n') break;
    if (character === '\\') {
      at += 1;
      const escaped = text.charAt(at);
      // A backslash at the end of a line continues it.
      if (escaped === '\n') continue;
      value += escapes[escaped] ?? escaped;
      trimmedLength = value.length;
    } else if (character === '"') {
      quoted = !quoted;
      trimmedLength = value.length;
    } else if (!quoted && (character === '#' || character === ';')) {
      at = skip(restOfLine, text, at);
      break;
    } else if (quoted || !/\s/.test(character)) {
      value += character;
      trimmedLength = value.length;
    } else if (value !== '') value += character;
  }
  return { value: value.slice(0, trimmedLength), end: at };
}
