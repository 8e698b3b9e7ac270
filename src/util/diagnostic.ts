import { diagnosticCodes, type DiagnosticCode, type Severity } from './diagnostic-codes.ts';

/**
 * One thing that a user may need to know: a configuration error, a warning of a sync, a finding of `doctor`, a
 * health problem, a reason why a project needs attention. Code compares `code`, never `message`.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** Kebab-case and stable, for example `root-empty`. See docs/diagnostics.md. */
  readonly code: string;
  /** The project, file, root, key or sync that it concerns; null for the run as a whole. */
  readonly subject: string | null;
  /** One line: what happened. */
  readonly message: string;
  /** What to do, as a command that can be pasted where there is one. */
  readonly hint: string | null;
}

type Details = Pick<Diagnostic, 'message'> & Partial<Pick<Diagnostic, 'subject' | 'hint'>>;

/** Returns a diagnostic with the severity of its code. */
export const diagnostic = (
  code: DiagnosticCode,
  { message, subject = null, hint = null }: Details,
): Diagnostic => ({ severity: diagnosticCodes[code], code, subject, message, hint });

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Orders errors before warnings before infos. */
export const bySeverity = (one: Diagnostic, other: Diagnostic): number =>
  ranks[one.severity] - ranks[other.severity];

/** Returns the health that a list of diagnostics amounts to: infos leave it `ok`. */
export function healthOf(diagnostics: readonly Diagnostic[]): 'ok' | 'warning' | 'error' {
  const severities = diagnostics.map(({ severity }) => severity);
  if (severities.includes('error')) return 'error';
  return severities.includes('warning') ? 'warning' : 'ok';
}

/** Returns a diagnostic with `redact` applied to every text that may quote a secret. */
export const redactDiagnostic = (
  { severity, code, subject, message, hint }: Diagnostic,
  redact: (text: string) => string,
): Diagnostic => ({
  severity,
  code,
  subject: subject === null ? null : redact(subject),
  message: redact(message),
  hint: hint === null ? null : redact(hint),
});
