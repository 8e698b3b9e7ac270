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
  const skipBodies = createBodyFinder(text);
  /** The number of open braces in the code of each template literal around the position. */
  const braces: number[] = [];
  for (let at = 0; ;) {
    const regex = braces.length === 0 ? code : templateCode;
    regex.lastIndex = at;
    const match = regex.exec(text);
    const body = skipBodies(at, match?.index ?? text.length);
    if (body !== null) {
      at = body;
      continue;
    }
    if (match === null) return;
    const { index: start } = match;
    at = start + match[0].length;
    const { comment, nested, heredoc, scalar, template, brace } = match.groups ?? {};
    if (nested !== undefined && syntax.nested) at = endOfNested(text, start, syntax.nested);
    if (comment !== undefined || nested !== undefined) yield { start, end: at, inner: null };
    if (heredoc !== undefined) skipBodies.add((from) => endOfHeredoc(text, heredoc, from));
    if (scalar !== undefined) skipBodies.add((from) => endOfScalar(text, start, from));
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

const blockScalar =
  '(?=[|>])(?<=[:?-][ \\t]{1,99}(?:[!&]\\S{1,99}[ \\t]{1,99})?)(?<scalar>[|>][-+\\d]{0,2})(?=[ \\t]*(?:[ \\t]#[^\\n]*)?\\n)';

const partName = (part: number): string => `part${String(part)}`;

function compile({ comments, strings, embedded = [], ...syntax }: CommentSyntax): Compiled {
  const parts = [
    ...(syntax.nested ? [`(?<nested>${syntax.nested[0]})`] : []),
    ...(comments.length > 0 ? [`(?<comment>${comments.join('|')})`] : []),
    ...embedded.map(({ pattern }, part) => `(?<${partName(part)}>${pattern})`),
    ...(syntax.heredoc === undefined ? [] : [syntax.heredoc]),
    ...(syntax.hasBlockScalars ? [blockScalar] : []),
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
  [open, close, strings = '(?!)']: NonNullable<CommentSyntax['nested']>,
): number {
  const marks = new RegExp(`(?<open>${open})|(?<close>${close})|${strings}`, 'g');
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark.groups?.['open'] !== undefined) depth += 1;
    if (mark.groups?.['close'] !== undefined) depth -= 1;
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

type FindEnd = (from: number) => number | null;

/** How often the end of a text is searched in vain: `a << b` looks like a heredoc. */
const maxMisses = 32;

/** Skips texts that begin with the next line, such as heredocs. */
function createBodyFinder(text: string): {
  /** Returns the end of the texts that were added, if a line ends between two tokens; otherwise null. */
  (from: number, to: number): number | null;
  add: (findEnd: FindEnd) => void;
} {
  let added: FindEnd[] = [];
  let misses = 0;
  let lineEnd = -1;
  const skip = (from: number, to: number): number | null => {
    if (added.length === 0) return null;
    if (lineEnd < from) lineEnd = indexOrEnd(text, '\n', from);
    if (lineEnd >= to) return null;
    let at = lineEnd;
    for (const findEnd of added) {
      const end = misses < maxMisses ? findEnd(at) : null;
      if (end === null) misses += 1;
      at = end ?? at;
    }
    added = [];
    return at;
  };
  return Object.assign(skip, {
    add: (findEnd: FindEnd) => {
      if (added.length < maxMisses) added.push(findEnd);
    },
  });
}

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index < 0 ? text.length : index;
}

/** Returns the end of the heredoc with a delimiter; null if it is not closed. */
function endOfHeredoc(text: string, delimiter: string, from: number): number | null {
  const end = new RegExp(`\\n[ \\t|]*(?:- ?)?${escapeRegExp(delimiter)}(?![\\w-])`, 'g');
  end.lastIndex = from;
  return end.test(text) ? end.lastIndex : null;
}

/** Returns the end of a block scalar of YAML: its first line is indented more than its key, and so are the others. */
function endOfScalar(text: string, header: number, from: number): number {
  const key = /[ ]*(?:[-?] +)*/y;
  key.lastIndex = text.lastIndexOf('\n', header) + 1;
  const [start = ''] = key.exec(text) ?? [];
  const column = key.lastIndex === header ? start.trimEnd().length - 1 : start.length;
  const first = /\n( *)(?=[^\s])/g;
  first.lastIndex = from;
  const indentation = first.exec(text)?.[1]?.length ?? 0;
  if (indentation <= column) return from;
  const end = new RegExp(`\\n {0,${String(indentation - 1)}}(?=[^\\s])`, 'g');
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}
