/** A git configuration: `section.key` or `section.subsection.key` to its values, last one last. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

const header = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/;
const assignment = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/;

/**
 * Parses the text of a git configuration (git-config(1), "Syntax"). Includes are not followed: they lead
 * to files of anybody's choice. Lines that are no configuration are passed over.
 */
export function parseGitConfig(text: string): GitConfig {
  const config = new Map<string, string[]>();
  let section = '';
  const lines = text.replace(/\\\r?\n/g, '').split(/\r?\n/);
  for (const whole of lines) {
    let line = whole;
    const head = header.exec(line);
    if (head) {
      const [matched, name = '', subsection] = head;
      const suffix = subsection === undefined ? '' : `.${subsection.replace(/\\(.)/g, '$1')}`;
      section = name.toLowerCase() + suffix;
      line = line.slice(matched.length);
    }
    const pair = assignment.exec(line);
    if (section === '' || !pair) continue;
    const [, key = '', value] = pair;
    const name = `${section}.${key.toLowerCase()}`;
    // A key without `=` is true.
    config.set(name, [
      ...(config.get(name) ?? []),
      value === undefined ? 'true' : plainValue(value),
    ]);
  }
  return config;
}

/** The last value of a key, as git takes it. */
export const lastValue = (config: GitConfig, key: string): string | null =>
  config.get(key)?.at(-1) ?? null;

/** A value without quotes, escapes and comment. */
function plainValue(raw: string): string {
  let value = '';
  let quoted = false;
  let kept = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const character = raw.charAt(at);
    if (character === '"') {
      quoted = !quoted;
      kept = value.length;
    } else if (character === '\\') {
      at += 1;
      const escaped = raw.charAt(at);
      value += { n: '\n', t: '\t', b: '\b' }[escaped] ?? escaped;
      kept = value.length;
    } else if (!quoted && (character === '#' || character === ';')) break;
    else {
      value += character;
      if (quoted || !/\s/.test(character)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}
