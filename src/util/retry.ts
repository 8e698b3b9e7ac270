import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf, TransientError } from './errors.ts';

/** System errors that may pass by themselves: a busy file, a network that is gone for a moment. */
const passing: readonly string[] = [
  'EBUSY',
  'EAGAIN',
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
const baseMs = 500;
const longestMs = 20_000;
const longestAskedMs = 60_000;

export interface RetryOptions {
  /** How often to try again after the first failure. */
  readonly retries: number;
  /** Milliseconds that are left; no wait goes past them. */
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
  readonly onRetry: (attempt: number, waitMs: number, error: Error) => void;
}

/**
 * Works, and works again after a failure that may pass: exponential backoff with full jitter, or the wait
 * that the other side asked for. Anything else, and the last failure, is thrown as it came.
 */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !mayPass(error) || attempt >= options.retries) throw error;
      const asked = error instanceof TransientError ? error.retryAfterMs : null;
      const waitMs = asked ?? Math.random() * Math.min(longestMs, baseMs * 2 ** attempt);
      if (waitMs > Math.min(longestAskedMs, options.remainingMs())) throw error;
      options.onRetry(attempt + 1, waitMs, error);
      await wait(waitMs, undefined, { signal: options.signal });
    }
  }
}

function mayPass(error: Error): boolean {
  if (error instanceof TransientError) return true;
  return passing.includes(errnoOf(error) ?? '');
}
