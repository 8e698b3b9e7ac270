import { baseName } from '../../../git/paths.ts';
import { interpreterOf } from '../../../linguist/shebang.ts';
import { commentSyntaxes, type CommentSyntax } from './comment-syntax.ts';

const byExtension = new Map(
  commentSyntaxes.flatMap((syntax) =>
    syntax.extensions.split(' ').map((extension) => [extension, syntax] as const),
  ),
);

export const extensionOf = (path: string): string =>
  path.slice(path.lastIndexOf('.') + 1).toLowerCase();

/** Returns the syntax that the name of a file implies; null if unknown. */
export function syntaxOfPath(path: string): CommentSyntax | null {
  const name = baseName(path);
  return (
    (name.includes('.') ? byExtension.get(extensionOf(name)) : undefined) ??
    commentSyntaxes.find(({ fileNames }) => fileNames?.test(name) === true) ??
    null
  );
}

/** Returns the syntax for the interpreter in the first line of a script; null if unknown. */
export function syntaxOfScript(start: string): CommentSyntax | null {
  const interpreter = interpreterOf(start);
  return commentSyntaxes.find(({ interpreters }) => interpreters?.test(interpreter)) ?? null;
}
