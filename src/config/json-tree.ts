import type { Node } from 'jsonc-parser';
import type { DiagnosticCode } from '../util/diagnostic-codes.ts';

/** An error in the configuration with its position. */
export interface ConfigProblem {
  readonly code: Extract<DiagnosticCode, `config-${string}`>;
  /** Offset in the text, in UTF-16 units. */
  readonly offset: number;
  /** The key, such as `projects.roots[1]`; empty for an error of the file. */
  readonly key: string;
  readonly message: string;
}

/** Returns a JSON tree as plain data, in which `__proto__` is an ordinary key. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(properties(node).map(({ name, value }) => [name, valueOf(value)]));
}

export function properties(
  node: Node,
): readonly { readonly name: string; readonly key: Node; readonly value: Node }[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), key, value }] : [],
  );
}

/** Returns the keys that occur twice in one object: JSON uses the last, the user may mean the first. */
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
    const isDuplicate = seen.has(name);
    seen.add(name);
    const code = 'config-duplicate-key' as const;
    const problem = { code, offset: key.offset, key: at, message: 'duplicate key' };
    return [...(isDuplicate ? [problem] : []), ...duplicateKeys(value, at)];
  });
}
