export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noScheduler: 3,
  schedulerFailed: 4,
  bug: 70,
  locked: 75,
} as const;

/** The codes of errors, as in `--json` and the status file, with the exit code of each. */
const exitCodeOf = {
  usage: exitCodes.usage,
  config: exitCodes.usage,
  secrets: exitCodes.usage,
  data: exitCodes.failed,
  io: exitCodes.failed,
  network: exitCodes.failed,
  timeout: exitCodes.failed,
  tool: exitCodes.failed,
  locked: exitCodes.locked,
  'lock-lost': exitCodes.locked,
  'no-scheduler': exitCodes.noScheduler,
  'scheduler-failed': exitCodes.schedulerFailed,
  unexpected: exitCodes.bug,
} as const;

export type ErrorCode = keyof typeof exitCodeOf;

export const exitCodeFor = (code: ErrorCode): number => exitCodeOf[code];

/** An error that the user can fix. The message names the subject and what happened, the hint what to do. */
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

/** Returns the error with `redact` applied to every text that may quote a secret. */
export const redactError = (
  { code, message, hint, cause }: UserError,
  redact: (text: string) => string,
): UserError =>
  new UserError(code, redact(message), {
    cause,
    ...(hint === null ? {} : { hint: redact(hint) }),
  });

/** A temporary failure (network, 429, 5xx, a busy file), after which the run retries the sync. */
export class TransientError extends UserError {
  /** The delay that the server requested, in milliseconds; null if it requested none. */
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

/** Returns the message of any thrown value. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Returns the stack of any thrown value. */
export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Errors of the machine rather than of one file: other files fail in the same way. */
const machineErrors: readonly string[] = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
];

/** Whether the error or its cause is an error of the machine: full disk, no descriptors, no memory. */
export function isMachineProblem(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return machineErrors.includes(errnoOf(error) ?? '') || isMachineProblem(error.cause);
}

/** Resolves with null instead of rejecting with a `UserError`: for data whose damage is reported elsewhere. */
export async function nullIfUnreadable<Value>(loaded: Promise<Value>): Promise<Value | null> {
  try {
    return await loaded;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Resolves with null instead of rejecting with a `UserError` with code `data`. */
export async function nullIfDamaged<Value>(loaded: Promise<Value>): Promise<Value | null> {
  try {
    return await loaded;
  } catch (error) {
    if (error instanceof UserError && error.code === 'data') return null;
    throw error;
  }
}

/** Resolves with null instead of rejecting with a system error of one file. Errors of the machine are thrown. */
export async function nullIfInaccessible<Value>(result: Promise<Value>): Promise<Value | null> {
  try {
    return await result;
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return null;
  }
}

/** Whether the error means that a path does not exist, because a part of it is missing or a file. */
export const isNotFound = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');

/**
 * Returns the `code` of a system error such as `ENOENT`; null for other errors, such as `ERR_INVALID_ARG_TYPE`. Node.js
 * reports many errors of Windows as `UNKNOWN`: a file that is only in the cloud, a share whose server is gone.
 */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^(?:E[A-Z0-9]+|UNKNOWN)$/.test(error.code)
    ? error.code
    : null;
}

/** Returns ` (CODE)` for the system error behind a failed request, or nothing: other texts may contain the URL. */
export function causeText(error: unknown): string {
  const code = error instanceof Error ? (errnoOf(error.cause) ?? errnoOf(error)) : null;
  return code === null || !/^[A-Z_]+$/.test(code) ? '' : ` (${code})`;
}
