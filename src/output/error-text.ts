import { sanitizeLine } from '../util/text.ts';
import type { Diagnostic } from '../util/diagnostic.ts';

/** Returns an error as text: what happened, and what to do. */
export function errorText({ message, hint }: Diagnostic): string {
  const lines = message.split('\n').map((line) => `error: ${sanitizeLine(line, 2000)}\n`);
  return lines.join('') + (hint === null ? '' : `  fix: ${sanitizeLine(hint, 2000)}\n`);
}

/** The one document that `--json` prints when a command fails. */
export const errorDocument = (failure: Diagnostic) => ({ schemaVersion: 1, error: failure });
