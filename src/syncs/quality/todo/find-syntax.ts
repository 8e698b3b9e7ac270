import { baseName } from '../../../git/paths.ts';
import { interpreterOf } from '../../../linguist/shebang.ts';
import type { CommentSyntax } from './comment-patterns.ts';
import { commentSyntaxes } from './comment-syntax.ts';

const byExtension = new Map(
  commentSyntaxes.flatMap((syntax) =>
    syntax.extensions.split(' ').map((extension) => [extension, syntax] as const),
  ),
);

/** Matches the names that any syntax has. */
const anyFileName = new RegExp(
  commentSyntaxes.flatMap(({ fileNames }) => fileNames?.source ?? []).join('|'),
);

export const extensionOf = (path: string): string =>
  path.slice(path.lastIndexOf('.') + 1).toLowerCase();

/** Returns the syntax that the name of a file implies; null if unknown. */
export function syntaxOfPath(path: string): CommentSyntax | null {
  const name = baseName(path);
  const known = name.includes('.') ? byExtension.get(extensionOf(name)) : undefined;
  if (known !== undefined || !anyFileName.test(name)) return known ?? null;
  return commentSyntaxes.find(({ fileNames }) => fileNames?.test(name) === true) ?? null;
}

/** Returns the syntax for the interpreter in the first line of a script; null if unknown. */
export function syntaxOfScript(start: string): CommentSyntax | null {
  const interpreter = interpreterOf(start);
  return commentSyntaxes.find(({ interpreters }) => interpreters?.test(interpreter)) ?? null;
}
