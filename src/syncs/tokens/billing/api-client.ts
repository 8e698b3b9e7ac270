import { causeText, TransientError, UserError } from '../../../util/errors.ts';
import { exponentialBackoff, withRetry } from '../../../util/retry.ts';
import { toResponseError } from './response-error.ts';

/** Time limits in milliseconds. */
export interface Limits {
  readonly requestMs: number;
  /** For all requests of one client, with the delays between them. */
  readonly totalMs: number;
}

export interface ClientOptions {
  /** Name of the API for messages, for example `Anthropic Admin API`. */
  readonly apiName: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Name of the variable that contains the key, for hints. */
  readonly keyName: string;
  readonly key: string;
  /** Returns the headers that authenticate a request. */
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly limits?: Limits;
}

export type Query = readonly (readonly [name: string, value: string])[];

/** Requests a JSON document; with a body, which is sent as JSON, by POST. The result is not validated. */
export type FetchJson = (path: string, query: Query, body?: object) => Promise<unknown>;

const defaultLimits: Limits = { requestMs: 30_000, totalMs: 120_000 };
/** Delays of 1, 2, 4 and 8 s, with up to 50 % jitter. */
const retryDelay = exponentialBackoff({ baseMs: 1000, jitter: 0.5 });
const maxAttempts = 5;

/**
 * Creates a client that retries transient failures (408, 409, 429, 5xx, network errors) and no others. Rejects
 * with the reason of `signal`, or a `UserError` with code `network`, `timeout` or `secrets`. Messages are stable;
 * response details go into the hint. The key is redacted everywhere.
 */
export function createClient(options: ClientOptions): FetchJson {
  const { apiName, keyName, key, signal, limits = defaultLimits } = options;
  // The error of fetch for an invalid header contains the header.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError('secrets', `${apiName}: ${keyName} contains invalid characters`);
  }
  const totalTimeout = AbortSignal.timeout(limits.totalMs);
  const stopSignal = AbortSignal.any([signal, totalTimeout]);
  const budget = { bytes: maxTotalBytes };
  const attempt: FetchJson = async (path, query, body) => {
    const requestTimeout = AbortSignal.timeout(limits.requestMs);
    try {
      return await fetchJson(path, query, options, {
        body,
        budget,
        signal: AbortSignal.any([stopSignal, requestTimeout]),
      });
    } catch (error) {
      if (!requestTimeout.aborted || stopSignal.aborted) throw error;
      const message = `${apiName}: ${methodFor(body)} ${path}: no response within ${seconds(limits.requestMs)}`;
      throw new TransientError('timeout', message);
    }
  };
  return async (path, query, body) => {
    try {
      return await withRetry(() => attempt(path, query, body), {
        attempts: maxAttempts,
        delayMs: retryDelay,
        isRetryable: (error) => error instanceof TransientError,
        signal: stopSignal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!totalTimeout.aborted) throw error;
      throw new UserError('timeout', `${apiName}: took longer than ${seconds(limits.totalMs)}`);
    }
  };
}

async function fetchJson(
  path: string,
  query: Query,
  { apiName, baseUrl, keyName, key, headers }: ClientOptions,
  {
    body: sent,
    budget,
    signal,
  }: {
    readonly body: object | undefined;
    readonly budget: { bytes: number };
    readonly signal: AbortSignal;
  },
): Promise<unknown> {
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  const method = methodFor(sent);
  const subject = `${apiName}: ${method} ${path}`;
  // Basic authentication sends the key encoded.
  const redact = (text: string): string =>
    text.replaceAll(key, '***').replaceAll(basicCredentials(key), '***');
  let response: Response;
  let body: string | null;
  try {
    response = await fetch(`${baseUrl}${path}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'sync-runner',
        ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers(key),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      // Another host must not receive the key.
      redirect: 'manual',
      signal,
    });
    body = await readBody(response, Math.min(maxPageBytes, budget.bytes));
  } catch (error) {
    signal.throwIfAborted();
    // The original error may contain the request.
    throw new TransientError('network', `${subject}: request failed${causeText(error)}`);
  }
  if (body === null) throw new UserError('network', `${subject}: the response is too long`);
  budget.bytes -= body.length;
  const text = redact(body);
  if (!response.ok) throw toResponseError(response, text, { subject, keyName, redact });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UserError('network', `${subject}: the response is not valid JSON`);
  }
}

/** Returns the credentials of Basic authentication with the key as the user and no password. */
export const basicCredentials = (key: string): string => Buffer.from(`${key}:`).toString('base64');

const methodFor = (body: object | undefined): string => (body === undefined ? 'GET' : 'POST');

const seconds = (ms: number): string => `${String(ms / 1000)} s`;

/** A page of 31 days with 1,000 rows each has 11 MiB. */
const maxPageBytes = 16 * 1024 * 1024;
/** Limit for all pages of one client: a bill is in memory until it is complete, in several times its size. */
const maxTotalBytes = 48 * 1024 * 1024;

/** Returns the decompressed body as text, or null if it has more bytes than the limit, whatever its header claims. */
async function readBody({ body }: Response, maxBytes: number): Promise<string | null> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
