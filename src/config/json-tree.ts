import type { Node } from 'jsonc-parser';

/** One thing that is wrong with the configuration, and where. */
export interface ConfigProblem {
  /** Offset of the place in the text, in UTF-16 units. */
  readonly offset: number;
  /** The key, such as `projects.roots[1]`; empty for a problem of the file as a whole. */
  readonly key: string;
  readonly message: string;
}

/** A JSON tree as plain data, in which `__proto__` is a key like any other. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(properties(node).map(({ name, value }) => [name, valueOf(value)]));
}

/** The properties of an object node, in their order. */
export function properties(
  node: Node,
): readonly { readonly name: string; readonly key: Node; readonly value: Node }[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), key, value }] : [],
  );
}

/** Keys that stand twice in one object: JSON takes the last, a person may mean the first. */
export function duplicateKeys(node: Node, path = ''): readonly ConfigProblem[] {
  if (node.type === 'array') {
    return (node.children ?? []).flatMap((child, index) =>
      duplicateKeys(child, `${path}[${String(index)}]`),
    );
  }
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return properties(node).flatMap(({ name, key, value }) => {
    const at = path === '' ? name : `${path}.${name}`;
    const again = seen.has(name);
    seen.add(name);
    const problem = { offset: key.offset, key: at, message: 'stands here a second time' };
    return [...(again ? [problem] : []), ...duplicateKeys(value, at)];
  });
}

/** The place of an offset as `line:column`, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `${String(line)}:${String(offset - before.lastIndexOf('\n'))}`;
}
