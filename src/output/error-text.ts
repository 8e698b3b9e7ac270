import { sanitizeLine } from '../util/text.ts';
import type { Failure } from '../schema/status.ts';

/** An error for a person: what happened, and what to do. */
export function errorText({ message, hint }: Failure): string {
  const lines = message.split('\n').map((line) => `error: ${sanitizeLine(line, 2000)}\n`);
  return lines.join('') + (hint === null ? '' : `  fix: ${sanitizeLine(hint, 2000)}\n`);
}

/** The one document that `--json` prints when a command fails. */
export function errorDocument(failure: Failure): { readonly error: Failure } {
  return { error: failure };
}
