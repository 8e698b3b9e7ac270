import { getOrInsert } from '../../../util/collections.ts';
import type { CommentSyntax } from './comment-syntax.ts';

/** A syntax as one expression. Group 1 is a comment, and the others are the embedded parts in their order. */
const compiled = new Map<CommentSyntax, RegExp>();

function compile(syntax: CommentSyntax): RegExp {
  const embedded = (syntax.embedded ?? []).map(({ pattern }) => `(${pattern})`);
  const parts = [`(${syntax.comments.join('|')})`, ...embedded, ...syntax.strings];
  return new RegExp(parts.join('|'), 'g');
}

/**
 * Returns those of the positions, in ascending order, that are in a comment. `text` has one character per byte, so
 * that a position is that of a byte.
 */
export function positionsInComments(
  text: string,
  syntax: CommentSyntax,
  positions: readonly number[],
): readonly number[] {
  const found: number[] = [];
  let next = 0;
  for (const match of text.matchAll(getOrInsert(compiled, syntax, () => compile(syntax)))) {
    const start = match.index;
    const end = start + match[0].length;
    while ((positions[next] ?? Infinity) < start) next += 1;
    const from = next;
    while ((positions[next] ?? Infinity) < end) next += 1;
    if (from < next) {
      const within = positions.slice(from, next);
      const part = match.slice(2).findIndex((group: string | undefined) => group !== undefined);
      const inner = syntax.embedded?.[part]?.syntax;
      if (match[1] !== undefined) found.push(...within);
      else if (inner !== undefined) {
        const relative = within.map((position) => position - start);
        found.push(...positionsInComments(match[0], inner, relative).map((at) => at + start));
      }
    }
    if (next === positions.length) break;
  }
  return found;
}
