import * as z from 'zod/mini';
import { sanitizeLine } from '../../../util/text.ts';
import { TransientError, UserError } from '../../../util/errors.ts';

const text = z.catch(z.nullable(z.string()), null);

/** Both APIs send `{ error: { type, message } }`; Anthropic adds `request_id`. */
const errorBody = z.object({
  error: z.object({ type: text, message: text }),
  request_id: z.optional(text),
});

export interface ResponseErrorOptions {
  /** Starts the message. */
  readonly subject: string;
  readonly keyName: string;
  /** Removes the key from a text. */
  readonly redact: (text: string) => string;
}

/**
 * Returns the error for a response without success: a `TransientError` if a retry may succeed. The message
 * contains the status and the type only, so that it is the same in every run; the rest is in the hint.
 */
export function toResponseError(
  { status, headers }: Response,
  body: string,
  { subject, keyName, redact }: ResponseErrorOptions,
): UserError {
  const parsed = parseBody(body);
  const type = parsed?.error.type ?? '';
  const message = `${subject}: HTTP ${String(status)}${/^[a-z_]{1,40}$/.test(type) ? ` ${type}` : ''}`;
  const request = sanitizeLine(
    redact(headers.get('request-id') ?? headers.get('x-request-id') ?? parsed?.request_id ?? ''),
    80,
  );
  const details = sanitizeLine(redact(parsed?.error.message ?? ''), 200);
  const hint = [
    hintFor(status, keyName),
    ...(details === '' ? [] : [`the API returned: ${details}`]),
    ...(request === '' ? [] : [`request ${request}`]),
  ].join('; ');
  if (!isTransientStatus(status)) return new UserError('network', message, { hint });
  const retryAfterMs = parseRetryAfter(headers);
  return new TransientError('network', message, {
    hint,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

function parseBody(body: string): z.infer<typeof errorBody> | null {
  try {
    return errorBody.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

const isTransientStatus = (status: number): boolean =>
  [408, 409, 429].includes(status) || status >= 500;

/** Returns `retry-after` in milliseconds. These APIs send seconds, never a date. */
function parseRetryAfter(headers: Headers): number | null {
  const value = headers.get('retry-after') ?? '';
  return /^\d{1,9}(\.\d+)?$/.test(value) ? Number(value) * 1000 : null;
}

function hintFor(status: number, keyName: string): string {
  if (status >= 300 && status < 400) return 'redirects are not followed; check the URL';
  if (status === 401) return `check ${keyName}: it is wrong, revoked or expired`;
  if (status === 403) return `${keyName} has no access to usage and costs: use an admin key`;
  if (status === 404) return 'check the URL';
  return isTransientStatus(status) ? 'the next run tries again' : 'the API rejected the request';
}
