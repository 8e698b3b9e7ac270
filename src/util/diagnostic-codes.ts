export type Severity = 'error' | 'warning' | 'info';

/**
 * Every diagnostic code with its severity, by origin. docs/diagnostics.md describes each one; a test compares
 * the two. The codes of `UserError` are in errors.ts: their severity is always `error`.
 */
export const diagnosticCodes = {
  // Configuration
  'config-syntax': 'error',
  'config-duplicate-key': 'error',
  'config-unknown-key': 'error',
  'config-invalid-value': 'error',
  'config-conflicting-values': 'error',

  // Discovery of projects
  'root-unreachable': 'warning',
  'root-too-large': 'warning',
  'root-empty': 'warning',
  'directory-unreadable': 'warning',
  'name-not-utf8': 'warning',
  'name-with-control-characters': 'warning',
  'project-not-observed': 'warning',
  'missing-held-back': 'warning',

  // One project
  'project-unreadable': 'warning',
  'file-unreadable': 'warning',
  'file-skipped': 'warning',
  'report-inconsistent': 'warning',
  'manifest-invalid': 'warning',
  'bare-repository': 'warning',
  'broken-gitfile': 'warning',
  'broken-head': 'warning',
  'broken-index': 'warning',
  'broken-ref': 'warning',
  'broken-repository': 'warning',
  'broken-worktree': 'warning',
  'config-not-applied': 'warning',
  'dubious-ownership': 'warning',
  'foreign-gitfile': 'warning',
  'foreign-worktree': 'warning',
  'git-failed': 'warning',
  'git-missing': 'warning',
  'git-postponed': 'warning',
  'git-timeout': 'warning',
  'git-too-old': 'warning',
  'no-repository': 'warning',
  'objects-missing': 'warning',
  'invalid-git-dir': 'warning',
  'ignore-file-too-large': 'warning',
  'invalid-work-tree': 'warning',
  'time-limit': 'warning',
  'submodule-unreadable': 'warning',
  'unknown-format': 'warning',
  'unsupported-refs': 'warning',

  // Token usage
  'source-failed': 'warning',
  'log-unreadable': 'warning',
  'database-unsupported': 'warning',
  'no-logs': 'warning',
  'agent-without-logs': 'info',
  'no-price': 'warning',

  // The store and what follows a run
  'no-sync-enabled': 'warning',
  'status-damaged': 'warning',
  'status-not-saved': 'warning',
  'history-damaged': 'warning',
  'history-torn': 'warning',
  'history-unreadable': 'warning',
  'history-not-removed': 'warning',
  'clock-skew': 'warning',
  'analytics-not-updated': 'warning',
  'report-not-updated': 'warning',
  'metrics-not-written': 'warning',
  'notification-failed': 'warning',
  'lock-stuck': 'warning',
  'lock-not-released': 'warning',

  // doctor
  'check-passed': 'info',
  'node-too-old': 'error',
  'node-end-of-life': 'warning',
  'node-short-lived': 'warning',
  'node-slow-start': 'warning',
  'git-not-found': 'error',
  'git-outdated': 'error',
  'git-not-working': 'error',
  'git-not-found-by-scheduler': 'warning',
  'no-roots': 'warning',
  'root-missing': 'error',
  'root-unreadable': 'error',
  'root-unresponsive': 'error',
  'root-not-a-directory': 'error',
  'root-too-broad': 'warning',
  'root-on-network': 'warning',
  'data-not-created': 'warning',
  'data-not-a-directory': 'error',
  'data-owned-by-other': 'error',
  'data-not-writable': 'error',
  'data-on-network': 'warning',
  'world-writable': 'warning',
  'disk-full': 'error',
  'disk-almost-full': 'warning',
  'secret-only-in-shell': 'warning',
  'config-untrusted': 'warning',
  'secret-not-set': 'warning',
  'invalid-url': 'warning',
  'notify-send-missing': 'warning',
  'metrics-directory-missing': 'error',
  'lock-abandoned': 'warning',
  'lock-held-long': 'warning',
  'no-schedule': 'warning',
  'no-run': 'warning',
  'run-warnings': 'warning',
  'leftover-file': 'warning',

  // Health
  'never-ran': 'error',
  stale: 'error',
  'failed-before': 'error',
  interrupted: 'warning',
  'foreign-lock': 'error',
  'schedule-command-missing': 'error',
  'schedule-missing': 'error',
  'schedule-outdated': 'warning',
  'schedule-unknown': 'warning',

  // Installation of a schedule
  'cron-not-started': 'warning',
  'guarded-path': 'warning',
  'linger-off': 'warning',
  'login-required': 'info',
  'schedule-finer-tick': 'info',
  'scheduler-unreadable': 'warning',
  'volatile-path': 'warning',

  // Attention: why a project needs a person
  unreadable: 'error',
  conflicts: 'warning',
  'cost-without-commits': 'warning',
  'coverage-fell': 'warning',
  'high-debt': 'warning',
  'unsaved-work': 'warning',
  unpushed: 'warning',
  'todos-grew': 'warning',
  missing: 'warning',
} as const satisfies Readonly<Record<string, Severity>>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

export const isDiagnosticCode = (code: string): code is DiagnosticCode =>
  Object.hasOwn(diagnosticCodes, code);
