import { findNodeAtLocation, parseTree, type ParseError } from 'jsonc-parser';
import type * as z from 'zod/mini';
import { lineAndColumn, syntaxErrorText } from '../util/json-text.ts';

// This module is loaded only when a file is damaged: the parser with positions costs start-up time.
const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/** Returns where and why a text is not JSON, for example `3:14: is not valid JSON (comma expected)`. */
export function describeSyntax(text: string): string {
  const errors: ParseError[] = [];
  parseTree(text, errors, strict);
  const [first] = errors;
  if (first === undefined) return '1:1: is not valid JSON';
  return `${lineAndColumn(text, first.offset)}: is not valid JSON (${syntaxErrorText(first.error)})`;
}

/** Returns the first violation of the schema with its position and key. */
export function describeIssues(text: string, issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return ' does not have the expected shape';
  const tree = parseTree(text, [], strict);
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const node = tree && findNodeAtLocation(tree, path);
  // A missing key has no position: use that of its object.
  const positioned = node ?? (tree && findNodeAtLocation(tree, path.slice(0, -1)));
  const key = path.map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${part}`));
  const what = node === undefined ? 'is missing' : describe(issue);
  const more = issues.length > 1 ? ` (and ${String(issues.length - 1)} more problems)` : '';
  return `${lineAndColumn(text, positioned?.offset ?? 0)}: ${`${key.join('').replace(/^\./, '')} ${what}`.trim()}${more}`;
}

/** Whether the document has a newer `schemaVersion` than this version supports. */
export function isFromNewerVersion(
  document: unknown,
  issues: readonly z.core.$ZodIssue[],
): boolean {
  const issue = issues.find(({ path }) => path.length === 1 && path[0] === 'schemaVersion');
  if (issue?.code !== 'invalid_value') return false;
  const { schemaVersion } = Object(document) as { readonly schemaVersion?: unknown };
  return (
    typeof schemaVersion === 'number' &&
    issue.values.every((known) => Number(known) < schemaVersion)
  );
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'custom':
      return issue.message;
    case 'invalid_format':
      return `is not of the form ${issue.format}`;
    default:
      return 'has a value that is not allowed';
  }
}
