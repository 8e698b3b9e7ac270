import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf, TransientError, UserError } from '../../../util/errors.ts';
import { problemOfAnswer } from './answer-problem.ts';
import { readText } from './read-text.ts';

/** How long things may take, in milliseconds. */
export interface Limits {
  readonly requestMs: number;
  /** For all that is asked of one client. */
  readonly totalMs: number;
}

export interface ClientOptions {
  /** How errors call it, for example `Anthropic Admin API`. */
  readonly title: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Name of the variable that holds the key, for hints. */
  readonly keyName: string;
  readonly key: string;
  /** What the key is sent in. */
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly limits?: Limits;
}

export type Query = readonly (readonly [name: string, value: string])[];

/** Asks an API for a JSON document; what comes back has been looked at by nobody. */
export type Ask = (path: string, query: Query) => Promise<unknown>;

const usualLimits: Limits = { requestMs: 30_000, totalMs: 120_000 };
/** Before each further attempt; half of it is chance. */
const waitsMs: readonly number[] = [1000, 2000, 4000, 8000];
const longestAskedMs = 60_000;

/**
 * A client that asks again after what may pass (408, 409, 429, 5xx, a network that is gone), as the API asks for
 * or after 1, 2, 4 and 8 s, and never after what will not (400, 401, 403, 404). It throws `UserError` NETWORK, TIMEOUT
 * and SECRETS, with a message that is the same every time, and what the API said in the hint; the key is in
 * neither, nor in any answer. It rejects with the signal's reason.
 */
export function createClient(options: ClientOptions): Ask {
  const { title, keyName, key, signal, limits = usualLimits } = options;
  // What fetch says of a header that it refuses quotes the header.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError(
      'secrets',
      `${title}: ${keyName} is no key: it has characters that no key has`,
    );
  }
  const limit = AbortSignal.timeout(limits.totalMs);
  const stop = AbortSignal.any([signal, limit]);
  const attempt = async (path: string, query: Query): Promise<unknown> => {
    const request = AbortSignal.timeout(limits.requestMs);
    try {
      return await ask(path, query, options, AbortSignal.any([stop, request]));
    } catch (error) {
      if (request.aborted && !stop.aborted) {
        const message = `${title}: GET ${path}: no answer within ${seconds(limits.requestMs)}`;
        throw new TransientError('timeout', message);
      }
      throw error;
    }
  };
  const persist = async (path: string, query: Query): Promise<unknown> => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt(path, query);
      } catch (error) {
        const usualMs = waitsMs[failures];
        if (!(error instanceof TransientError) || usualMs === undefined) throw error;
        const waitMs = error.retryAfterMs ?? usualMs * (0.5 + Math.random() / 2);
        if (waitMs > longestAskedMs) throw error;
        await wait(waitMs, undefined, { signal: stop });
      }
    }
  };
  return async (path, query) => {
    try {
      return await persist(path, query);
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new UserError('timeout', `${title}: took longer than ${seconds(limits.totalMs)}`);
    }
  };
}

async function ask(
  path: string,
  query: Query,
  { title, baseUrl, keyName, key, headers }: ClientOptions,
  signal: AbortSignal,
): Promise<unknown> {
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  const about = `${title}: GET ${path}`;
  let response: Response;
  let text: string | null;
  try {
    response = await fetch(`${baseUrl}${path}${search === '' ? '' : `?${search}`}`, {
      headers: { Accept: 'application/json', 'User-Agent': 'sync-runner', ...headers(key) },
      // The key is for this host only.
      redirect: 'manual',
      signal,
    });
    text = await readText(response);
  } catch (error) {
    signal.throwIfAborted();
    // The error itself may quote what was sent.
    throw new TransientError('network', `${about}: could not be reached${reasonOf(error)}`);
  }
  if (text === null) throw new UserError('network', `${about}: the answer is too long`);
  const answer = text.replaceAll(key, '***');
  if (!response.ok) {
    const hide = (one: string): string => one.replaceAll(key, '***');
    throw problemOfAnswer(response, answer, { subject: about, keyName, hide });
  }
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    throw new UserError('network', `${about}: the answer is no JSON`);
  }
}

const seconds = (ms: number): string => `${String(ms / 1000)} s`;

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (errnoOf(error.cause) ?? errnoOf(error)) : null;
  return code === null || !/^[A-Z_]+$/.test(code) ? '' : ` (${code})`;
}
