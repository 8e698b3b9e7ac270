import { delay } from './async.ts';
import { errnoOf, TransientError } from './errors.ts';

/** System errors that may disappear without intervention: a busy file, a network that is down for a moment. */
const transientErrnos: readonly string[] = [
  'EBUSY',
  'EAGAIN',
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

export interface Retry {
  /** Number of the retry, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: Error;
}

export interface RetryOptions {
  /** How often `work` is called at most, the first call included. */
  readonly attempts: number;
  /** Returns the delay in milliseconds before a retry (from 1). `retryAfterMs` of the error takes precedence. */
  readonly delayMs: (attempt: number) => number;
  /** Returns the longest acceptable delay in milliseconds (default 60 s). A longer one ends the retries. */
  readonly maxDelayMs?: () => number;
  /** Default: `isTransient`. */
  readonly isRetryable?: (error: Error) => boolean;
  /** Ends a delay, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onRetry?: (retry: Retry) => void;
}

/** Resolves with the result of `work`, which is called again after a retryable error. Rejects with the last error. */
export async function withRetry<Result>(
  work: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const { attempts, isRetryable = isTransient, maxDelayMs, signal, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || attempt >= attempts || !isRetryable(error)) throw error;
      const requestedMs = error instanceof TransientError ? error.retryAfterMs : null;
      const delayMs = requestedMs ?? options.delayMs(attempt);
      if (delayMs > (maxDelayMs?.() ?? 60_000)) throw error;
      onRetry?.({ attempt, delayMs, error });
      await delay(delayMs, signal);
    }
  }
}

/**
 * Returns delays that double from `baseMs` up to `maxMs`. `jitter` is the random share of each, so that
 * clients which failed together do not retry together.
 */
export const exponentialBackoff =
  ({ baseMs, maxMs = 20_000, jitter = 1 }: { baseMs: number; maxMs?: number; jitter?: number }) =>
  (attempt: number): number =>
    Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * (1 - jitter * Math.random());

/** Whether the same call may succeed later without intervention. */
export const isTransient = (error: Error): boolean =>
  error instanceof TransientError || transientErrnos.includes(errnoOf(error) ?? '');
