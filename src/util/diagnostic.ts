import * as z from 'zod/mini';

/** From bad to worth knowing. Only `error` makes a run or a `--check` fail. */
export const severities = ['error', 'warning', 'info'] as const;

/**
 * One thing that a user may need to know: an error of the configuration, a warning of a sync, a finding of
 * `doctor`, a health problem, a reason why a project needs attention. Code compares `code`, never `message`.
 */
export const diagnostic = z.object({
  severity: z.enum(severities),
  /** Kebab-case and stable, for example `root-empty`. Listed in docs/diagnostics.md. */
  code: z.string(),
  /** The project, file, root or key that it is about; null for the run as a whole. */
  subject: z.nullable(z.string()),
  /** One line: what happened. */
  message: z.string(),
  /** What to do, as a command that can be pasted where there is one. */
  hint: z.nullable(z.string()),
});

export type Severity = (typeof severities)[number];
export type Diagnostic = z.infer<typeof diagnostic>;

type Parts = Pick<Diagnostic, 'code' | 'message'> & Partial<Diagnostic>;

export const errorDiagnostic = (parts: Parts): Diagnostic => ({
  ...defaults,
  ...parts,
  severity: 'error',
});
export const warningDiagnostic = (parts: Parts): Diagnostic => ({
  ...defaults,
  ...parts,
  severity: 'warning',
});
export const infoDiagnostic = (parts: Parts): Diagnostic => ({
  ...defaults,
  ...parts,
  severity: 'info',
});

const defaults = { subject: null, hint: null } as const;
