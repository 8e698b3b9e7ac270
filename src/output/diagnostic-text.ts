import type { Diagnostic } from '../util/diagnostic.ts';
import { sanitizeLine, sanitizePath } from '../util/text.ts';
import type { Style, StyleName } from './style.ts';

const signs: Readonly<Record<Diagnostic['severity'], readonly [sign: string, name: StyleName]>> = {
  error: ['✗', 'bad'],
  warning: ['!', 'warning'],
  info: ['·', 'faint'],
};

/** Returns a diagnostic on one line: `subject: message`. */
export const diagnosticLine = ({
  subject,
  message,
}: Pick<Diagnostic, 'subject' | 'message'>): string =>
  sanitizeLine(subject === null ? message : `${subject}: ${message}`, 1000);

/** Returns a diagnostic for a terminal: the symbol of its severity, the message and, below it, the hint. */
export function diagnosticText(diagnostic: Diagnostic, style: Style): string {
  const [sign, name] = signs[diagnostic.severity];
  const text = `${style(name, sign)} ${diagnosticLine(diagnostic)}`;
  return diagnostic.hint === null ? text : `${text}\n  fix: ${sanitizePath(diagnostic.hint, 1000)}`;
}
