import { describe, expect, test } from 'vitest';
import { TransientError, UserError } from '../../../src/util/errors.ts';
import { withRetry } from '../../../src/util/retry.ts';

/** Work that fails with the given errors, one after the other, and then succeeds. */
function failing(...errors: readonly Error[]): {
  work: () => Promise<string>;
  calls: () => number;
} {
  let calls = 0;
  return {
    calls: () => calls,
    work: () => {
      const error = errors[calls];
      calls += 1;
      return error ? Promise.reject(error) : Promise.resolve('done');
    },
  };
}

function options(
  waits: number[],
  retries = 2,
  remainingMs = 1_000_000,
): Parameters<typeof withRetry>[1] {
  return {
    retries,
    remainingMs: () => remainingMs,
    signal: new AbortController().signal,
    onRetry: (_attempt, waitMs) => waits.push(waitMs),
  };
}

const passing = (retryAfterMs = 1): TransientError =>
  new TransientError('NETWORK', 'busy', { retryAfterMs });

describe('a failure', () => {
  test('that may pass is tried again, as often as allowed', async () => {
    const two = failing(passing(), passing());
    expect(await withRetry(two.work, options([]))).toBe('done');
    const three = failing(passing(), passing(), passing());
    await expect(withRetry(three.work, options([]))).rejects.toThrow('busy');
    expect(three.calls()).toBe(3);
  });

  test('of the network or a busy file counts as passing, a missing file does not', async () => {
    const errno = (code: string): Error => Object.assign(new Error(code), { code });
    expect(await withRetry(failing(errno('ECONNRESET')).work, options([]))).toBe('done');
    await expect(withRetry(failing(errno('ENOENT')).work, options([]))).rejects.toThrow('ENOENT');
  });

  test('that will not pass is thrown at once', async () => {
    const denied = failing(new UserError('NETWORK', 'invalid key'));
    await expect(withRetry(denied.work, options([]))).rejects.toThrow('invalid key');
    expect(denied.calls()).toBe(1);
  });

  test('is waited for as long as the other side asks', async () => {
    const waits: number[] = [];
    await withRetry(failing(passing(30)).work, options(waits));
    expect(waits).toEqual([30]);
  });

  test('is not waited for beyond the time that is left, nor beyond a minute', async () => {
    await expect(withRetry(failing(passing(500)).work, options([], 2, 400))).rejects.toThrow(
      'busy',
    );
    await expect(withRetry(failing(passing(61_000)).work, options([]))).rejects.toThrow('busy');
  });

  test('backs off at random below half a second at first', async () => {
    const waits: number[] = [];
    await withRetry(failing(new TransientError('NETWORK', 'busy')).work, options(waits, 1));
    expect(waits[0]).toBeGreaterThanOrEqual(0);
    expect(waits[0]).toBeLessThanOrEqual(500);
  });

  test('ends the wait when the run is stopped', async () => {
    const controller = new AbortController();
    const stopped = withRetry(failing(passing(50_000)).work, {
      ...options([]),
      signal: controller.signal,
      onRetry: () => {
        controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
  });
});
