/** A git configuration: `section.key` or `section.subsection.key` to its values, last one last. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

const section = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
const key = /([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)/y;
const space = /\s*/y;
const restOfLine = /[^\n]*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/**
 * Parses the text of a git configuration (git-config(1), "Syntax"). Includes are not followed: they lead
 * to files of anybody's choice. What is no configuration is passed over up to the end of its line.
 */
export function parseGitConfig(source: string): GitConfig {
  const text = source.replace(/\r\n/g, '\n');
  const config = new Map<string, string[]>();
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
      // A key alone is true.
      const value = equals === '' ? { text: 'true', end: at + matched.length } : null;
      const { text: meaning, end } = value ?? readValue(text, at + matched.length);
      const values = config.get(`${prefix ?? ''}${name.toLowerCase()}`);
      if (values) values.push(meaning);
      else config.set(`${prefix ?? ''}${name.toLowerCase()}`, [meaning]);
      at = equals === '' ? skip(restOfLine, text, end) : end;
    } else at = skip(restOfLine, text, at);
  }
  return config;
}

/** The last value of a key, as git takes it. */
export const lastValue = (config: GitConfig, name: string): string | null =>
  config.get(name)?.at(-1) ?? null;

/** Whether the last value of a key says yes; a missing key does not. */
export const isTrue = (config: GitConfig, name: string): boolean =>
  /^(?:true|yes|on|[1-9]\d*)$/i.test(lastValue(config, name) ?? '');

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

/** A value up to the end of its line, without quotes, escapes, comment and surrounding space. */
function readValue(text: string, start: number): { readonly text: string; readonly end: number } {
  let value = '';
  let kept = 0;
  let quoted = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n') break;
    if (character === '\\') {
      at += 1;
      const escaped = text.charAt(at);
      // A backslash at its end carries the line on.
      if (escaped === '\n') continue;
      value += escapes[escaped] ?? escaped;
      kept = value.length;
    } else if (character === '"') {
      quoted = !quoted;
      kept = value.length;
    } else if (!quoted && (character === '#' || character === ';')) {
      at = skip(restOfLine, text, at);
      break;
    } else if (quoted || !/\s/.test(character)) {
      value += character;
      kept = value.length;
    } else if (value !== '') value += character;
  }
  return { text: value.slice(0, kept), end: at };
}
