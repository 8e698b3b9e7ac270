import { describe, expect, test, vi } from 'vitest';
import { TransientError, UserError } from '../../../src/util/errors.ts';
import { exponentialBackoff, withRetry, type Retry } from '../../../src/util/retry.ts';

/** Returns a function that fails with each of the given errors in turn, and then succeeds. */
function failing(...errors: readonly Error[]): ReturnType<typeof vi.fn<() => Promise<string>>> {
  const work = vi.fn(() => Promise.resolve('done'));
  for (const error of errors) work.mockRejectedValueOnce(error);
  return work;
}

const transient = (retryAfterMs = 1): TransientError =>
  new TransientError('network', 'busy', { retryAfterMs });
const options = { attempts: 3, delayMs: () => 1 };

describe('withRetry', () => {
  test('retries a transient error until it succeeds', async () => {
    const work = failing(transient(), transient());
    expect(await withRetry(work, options)).toBe('done');
    expect(work).toHaveBeenCalledTimes(3);
  });

  test('throws the last error after the given number of attempts', async () => {
    const work = failing(transient(), transient(), transient());
    await expect(withRetry(work, options)).rejects.toThrow('busy');
    expect(work).toHaveBeenCalledTimes(3);
  });

  test('retries ECONNRESET and not ENOENT', async () => {
    const systemError = (code: string): Error => Object.assign(new Error(code), { code });
    expect(await withRetry(failing(systemError('ECONNRESET')), options)).toBe('done');
    await expect(withRetry(failing(systemError('ENOENT')), options)).rejects.toThrow('ENOENT');
  });

  test('throws an error that is not transient at once', async () => {
    const work = failing(new UserError('network', 'invalid key'));
    await expect(withRetry(work, options)).rejects.toThrow('invalid key');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('uses isRetryable when it is given', async () => {
    const work = failing(new UserError('tool', 'exit code 5'));
    const isRetryable = (error: Error): boolean => error.message.endsWith('5');
    expect(await withRetry(work, { ...options, isRetryable })).toBe('done');
  });

  test('waits for retryAfterMs of the error', async () => {
    const retries: Retry[] = [];
    const error = transient(30);
    await withRetry(failing(error), { ...options, onRetry: (retry) => retries.push(retry) });
    expect(retries).toEqual([{ attempt: 1, delayMs: 30, error }]);
  });

  test('throws the error when the delay exceeds maxDelayMs, by default a minute', async () => {
    const short = { ...options, maxDelayMs: () => 400 };
    await expect(withRetry(failing(transient(500)), short)).rejects.toThrow('busy');
    await expect(withRetry(failing(transient(61_000)), options)).rejects.toThrow('busy');
  });

  test('rejects with the reason of the signal when it is aborted during a delay', async () => {
    const controller = new AbortController();
    const stopped = withRetry(failing(transient(50_000)), {
      ...options,
      signal: controller.signal,
      onRetry: () => {
        controller.abort(new Error('stopped by SIGTERM'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped by SIGTERM');
  });
});

describe('exponentialBackoff', () => {
  test('doubles the delay up to the maximum without jitter', () => {
    const delayMs = exponentialBackoff({ baseMs: 500, maxMs: 1500, jitter: 0 });
    expect([1, 2, 3, 4].map(delayMs)).toEqual([500, 1000, 1500, 1500]);
  });

  test('returns delays between the full one and the one reduced by the jitter', () => {
    const delays = Array.from({ length: 100 }, () =>
      exponentialBackoff({ baseMs: 500, jitter: 0.5 })(1),
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(250);
    expect(Math.max(...delays)).toBeLessThanOrEqual(500);
  });
});
