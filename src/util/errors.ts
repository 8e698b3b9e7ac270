/** What went wrong, as a stable word: in `--json`, in the status file, and for the exit code. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'secrets'
  | 'data'
  | 'io'
  | 'network'
  | 'timeout'
  | 'tool'
  | 'locked'
  | 'lock-lost'
  | 'no-scheduler'
  | 'scheduler-failed'
  | 'unexpected';

/** Exit codes (SPEC §4). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noScheduler: 3,
  schedulerFailed: 4,
  bug: 70,
  locked: 75,
} as const;

/** The one table from what went wrong to the exit code of the process. */
export function exitCodeFor(code: ErrorCode): number {
  switch (code) {
    case 'usage':
    case 'config':
    case 'secrets':
      return exitCodes.usage;
    case 'data':
    case 'io':
    case 'network':
    case 'timeout':
    case 'tool':
      return exitCodes.failed;
    case 'locked':
    case 'lock-lost':
      return exitCodes.locked;
    case 'no-scheduler':
      return exitCodes.noScheduler;
    case 'scheduler-failed':
      return exitCodes.schedulerFailed;
    case 'unexpected':
      return exitCodes.bug;
  }
}

/** Something that the user can mend: the message names the thing and what happened, the hint what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  readonly hint: string | null;

  constructor(code: ErrorCode, message: string, more: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.hint = more.hint ?? null;
  }
}

/** A failure that may pass by itself (network, 429, 5xx, a busy file): the run tries the sync again. */
export class TransientError extends UserError {
  /** What the other side asked for, in milliseconds; null leaves the wait to the run. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(code, message, more);
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** Troubles of the machine, not of the thing that was read or written: the next thing meets them too. */
const machineErrors: readonly string[] = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
];

/** Whether an error, or what caused it, is a trouble of the machine (full disk, no descriptors, no memory). */
export function isMachineProblem(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return machineErrors.includes(errnoOf(error) ?? '') || isMachineProblem(error.cause);
}

/** The `code` of a system error (`ENOENT`, `EACCES`, …), or null for anything else, such as `ERR_INVALID_ARG_TYPE`. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}
