import { setTimeout as startTimer } from 'node:timers';
import { setImmediate, setTimeout } from 'node:timers/promises';

const maxBlockedMs = 20;

/** Yields to the event loop if the caller has blocked it for 20 ms. Rejects with the reason of an aborted signal. */
export type YieldToEventLoop = () => Promise<void>;

export function createYield(signal: AbortSignal): YieldToEventLoop {
  let lastYieldMs = performance.now();
  return async () => {
    if (performance.now() - lastYieldMs < maxBlockedMs) return;
    await setImmediate();
    signal.throwIfAborted();
    lastYieldMs = performance.now();
  };
}

/** Returns a function that calls `work` at its first call and returns the same promise from then on. */
export function lazy<Value>(
  work: () => Promise<Value>,
): (() => Promise<Value>) & { readonly isStarted: () => boolean } {
  let value: Promise<Value> | null = null;
  return Object.assign(() => (value ??= work()), { isStarted: () => value !== null });
}

/**
 * Returns a function that calls `work` with a resource of the pool. The pool creates at most `limit` resources and
 * each is used by one call at a time; further calls wait in order.
 */
export function createPool<Resource>(
  limit: number,
  create: () => Resource,
): <Result>(work: (resource: Resource) => Promise<Result>) => Promise<Result> {
  const idle: Resource[] = [];
  const waiting: ((resource: Resource) => void)[] = [];
  let created = 0;
  const acquire = (): Resource | Promise<Resource> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (created >= limit) return new Promise((resolve) => waiting.push(resolve));
    const resource = create();
    created += 1;
    return resource;
  };
  return async (work) => {
    const resource = await acquire();
    try {
      return await work(resource);
    } finally {
      // Directly to the first waiting call, so that no new call can take it.
      const next = waiting.shift();
      if (next) next(resource);
      else idle.push(resource);
    }
  };
}

/**
 * Calls `work` for every item, at most `limit` at a time. Resolves with the results in the order of the items. After
 * the first failure, or when `signal` is aborted, starts no more and rejects with the reason.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      options.signal.throwIfAborted();
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: options.limit }, worker);
  // Wait for all work, also after a failure.
  await Promise.allSettled(workers);
  await Promise.all(workers);
  options.signal.throwIfAborted();
  return results;
}

/** Resolves after `ms` milliseconds. Rejects with the reason of the signal when that is aborted first. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    },
  );
}

/** Settles like `work`, or rejects with `createError()` after `ms` milliseconds. Does not stop the work. */
export async function withTimeout<Value>(
  work: Promise<Value>,
  ms: number,
  createError: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = startTimer(() => {
      reject(createError());
    }, ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
