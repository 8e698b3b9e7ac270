import type { Diagnostic } from './diagnostic.ts';
import { messageOf, UserError, type ErrorCode } from './errors.ts';
import { FileError } from './fs.ts';

/** Returns an error as a diagnostic: with its code, `io` for a `FileError`, else `unexpected` for a bug. */
export function failureOf(
  error: unknown,
  { subject = null, bug = '' }: { readonly subject?: string | null; readonly bug?: string } = {},
): Diagnostic & { readonly code: ErrorCode } {
  const [code, hint] =
    error instanceof UserError
      ? [error.code, error.hint]
      : [error instanceof FileError ? ('io' as const) : ('unexpected' as const), null];
  const message = `${code === 'unexpected' ? bug : ''}${messageOf(error)}`;
  return { severity: 'error', code, subject, message, hint };
}
