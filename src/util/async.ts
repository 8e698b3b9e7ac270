import { setTimeout as startTimer } from 'node:timers';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long a hot loop may keep others waiting, in milliseconds. */
const longestTurnMs = 20;

/**
 * Gives others their turn when a hot loop has had the event loop for long enough; else returns at once.
 * Rejects with the signal's reason once it is aborted.
 */
export type YieldToEventLoop = () => Promise<void>;

export function createYield(signal: AbortSignal): YieldToEventLoop {
  let turnBeganMs = performance.now();
  return async () => {
    if (performance.now() - turnBeganMs < longestTurnMs) return;
    await setImmediate();
    signal.throwIfAborted();
    turnBeganMs = performance.now();
  };
}

/** Work that is done when it is first asked for, and never again. */
export interface Lazy<Value> {
  (): Promise<Value>;
  readonly wasAsked: () => boolean;
}

export function lazy<Value>(work: () => Promise<Value>): Lazy<Value> {
  let value: Promise<Value> | null = null;
  return Object.assign(() => (value ??= work()), { wasAsked: () => value !== null });
}

/**
 * Lends a thing to each piece of work, one at a time, and makes at most `limit` of them; work that finds
 * none waits for its turn. So at most `limit` pieces run at a time.
 */
export function createPool<Thing>(
  limit: number,
  make: () => Thing,
): <Value>(work: (thing: Thing) => Promise<Value>) => Promise<Value> {
  const idle: Thing[] = [];
  const waiting: ((thing: Thing) => void)[] = [];
  let made = 0;
  const take = (): Thing | Promise<Thing> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (made >= limit) return new Promise((hand) => waiting.push(hand));
    const thing = make();
    made += 1;
    return thing;
  };
  return async (work) => {
    const thing = await take();
    try {
      return await work(thing);
    } finally {
      // Handed to the next in line, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next(thing);
      else idle.push(thing);
    }
  };
}

/**
 * Does `work` for every item, at most `limit` at a time; the answers are in the order of the items.
 * After the first failure, or when `signal` is aborted, it takes no new ones and rejects with the reason.
 */
export async function concurrently<Item, Answer>(
  items: readonly Item[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      options.signal.throwIfAborted();
      if (failed) return;
      try {
        answers[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: options.limit }, worker);
  // Nothing is still at work when this call ends, also when it fails.
  await Promise.allSettled(workers);
  await Promise.all(workers);
  options.signal.throwIfAborted();
  return answers;
}

/** Resolves after `ms` milliseconds; rejects with the reason of the signal when it is aborted first. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    },
  );
}

/** Settles as `work` does, or rejects with `late()` after `ms` milliseconds. It does not stop the work. */
export async function withTimeout<Value>(
  work: Promise<Value>,
  ms: number,
  late: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = startTimer(() => {
      reject(late());
    }, ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
