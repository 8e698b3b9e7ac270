import { getOrInsert } from '../../../util/collections.ts';
import { escapeRegExp } from '../../../util/text.ts';
import type { CommentSyntax } from './comment-patterns.ts';

/** A part of a text that is a comment, or code in another language. */
interface Span {
  readonly start: number;
  readonly end: number;
  /** The language of the code; null for a comment. */
  readonly inner: CommentSyntax | null;
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
  for (const { start, end, inner } of findSpans(text, syntax)) {
    while ((positions[next] ?? Infinity) < start) next += 1;
    const from = next;
    while ((positions[next] ?? Infinity) < end) next += 1;
    const within = positions.slice(from, next);
    if (inner === null) found.push(...within);
    else if (within.length > 0) {
      const relative = within.map((position) => position - start);
      const part = positionsInComments(text.slice(start, end), inner, relative);
      found.push(...part.map((at) => at + start));
    }
    if (next === positions.length) break;
  }
  return found;
}

/** Yields the comments of a text and its parts in other languages, in their order. */
function* findSpans(text: string, syntax: CommentSyntax): Generator<Span> {
  const { code, templateCode } = getOrInsert(compiled, syntax, () => compile(syntax));
  const findHeredocEnd = createHeredocFinder(text);
  /** The number of open braces in the code of each template literal around the position. */
  const braces: number[] = [];
  for (let at = 0; ;) {
    const regex = braces.length === 0 ? code : templateCode;
    regex.lastIndex = at;
    const match = regex.exec(text);
    if (match === null) return;
    const { index: start } = match;
    at = start + match[0].length;
    const { comment, nested, heredoc, template, brace } = match.groups ?? {};
    if (nested !== undefined && syntax.nested) at = endOfNested(text, start, syntax.nested);
    if (comment !== undefined || nested !== undefined) yield { start, end: at, inner: null };
    if (heredoc !== undefined) at = findHeredocEnd(heredoc, at);
    if (template !== undefined || (brace === '}' && braces.at(-1) === 0)) {
      if (brace !== undefined) braces.pop();
      at = endOfTemplateText(text, at);
      if (text[at - 1] === '{') braces.push(0);
    } else if (brace !== undefined) braces.push((braces.pop() ?? 0) + (brace === '{' ? 1 : -1));
    const inner = syntax.embedded?.find((_, part) => match.groups?.[partName(part)])?.syntax;
    if (inner !== undefined) yield { start, end: at, inner };
  }
}

interface Compiled {
  readonly code: RegExp;
  /** For code in a template literal, whose end is found by counting braces. */
  readonly templateCode: RegExp;
}

const compiled = new Map<CommentSyntax, Compiled>();

const partName = (part: number): string => `part${String(part)}`;

function compile({ comments, strings, embedded = [], ...syntax }: CommentSyntax): Compiled {
  const parts = [
    ...(syntax.nested ? [`(?<nested>${escapeRegExp(syntax.nested[0])})`] : []),
    ...(comments.length > 0 ? [`(?<comment>${comments.join('|')})`] : []),
    ...embedded.map(({ pattern }, part) => `(?<${partName(part)}>${pattern})`),
    ...(syntax.hasHeredocs ? ['<<<?[-~]?[ \\t]?["\'`\\\\]?(?<heredoc>[A-Za-z_]\\w*)'] : []),
    ...strings,
    ...(syntax.hasTemplates ? ['(?<template>`)'] : []),
  ];
  return {
    code: new RegExp(parts.join('|'), 'g'),
    templateCode: new RegExp([...parts, '(?<brace>[{}])'].join('|'), 'g'),
  };
}

/** Returns the end of a comment that may contain others; the end of the text if it is not closed. */
function endOfNested(
  text: string,
  start: number,
  [open, close]: NonNullable<CommentSyntax['nested']>,
): number {
  const marks = new RegExp(`${escapeRegExp(open)}|${escapeRegExp(close)}`, 'g');
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === open ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** Returns the end of the text in a template literal: behind its quote, or behind `${`. */
function endOfTemplateText(text: string, start: number): number {
  const marks = /\\[^]|`|\$\{/g;
  marks.lastIndex = start;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (!mark[0].startsWith('\\')) return marks.lastIndex;
  }
  return text.length;
}

/** How often the end of a heredoc is searched in vain: `a << b` looks like one. */
const maxMisses = 32;

/** Returns a function that returns the end of the heredoc with a delimiter, and `at` if it is not closed. */
function createHeredocFinder(text: string): (delimiter: string, at: number) => number {
  let misses = 0;
  return (delimiter, at) => {
    if (misses === maxMisses) return at;
    const end = new RegExp(`\\n[ \\t]*${delimiter}(?!\\w)`, 'g');
    end.lastIndex = at;
    if (end.test(text)) return end.lastIndex;
    misses += 1;
    return at;
  };
}
