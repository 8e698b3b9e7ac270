/** Parses one document of the subset of YAML that `toYaml` writes: maps, lists, JSON scalars and plain words. */
export function parseYaml(text: string): unknown {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && line !== '---' && !line.startsWith('#'))
    .map((line) => ({ indent: line.search(/\S/), text: line.trim() }));
  let at = 0;
  const scalar = (word: string): unknown =>
    /^[A-Za-z/]/.test(word) && !/^(?:true|false)$/.test(word) ? word : JSON.parse(word);
  const block = (indent: number): unknown => {
    const isList = lines[at]?.text.startsWith('- ') ?? false;
    const list: unknown[] = [];
    const map: Record<string, unknown> = {};
    for (let line = lines[at]; line?.indent === indent; line = lines[at]) {
      if (isList) {
        const rest = line.text.slice(2);
        if (/^(?:"[^"]*"|[\w./-]+):/.test(rest)) {
          lines[at] = { indent: indent + 2, text: rest };
          list.push(block(indent + 2));
        } else {
          at += 1;
          list.push(scalar(rest));
        }
        continue;
      }
      const [, key = '', value = ''] = /^("[^"]*"|[\w./-]+):(?: (.*))?$/.exec(line.text) ?? [];
      at += 1;
      map[String(scalar(key))] = value === '' ? block(lines[at]?.indent ?? 0) : scalar(value);
    }
    return isList ? list : map;
  };
  return block(0);
}
