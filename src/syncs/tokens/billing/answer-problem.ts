import * as z from 'zod/mini';
import { sanitizeLine } from '../../../util/text.ts';
import { TransientError, UserError } from '../../../util/errors.ts';

const text = z.catch(z.nullable(z.string()), null);

/** Both APIs: `{ error: { type, message } }`; Anthropic also tells `request_id` beside it. */
const errorBody = z.object({
  error: z.object({ type: text, message: text }),
  request_id: z.optional(text),
});

/**
 * The error for an answer that is none: a `TransientError` when it may pass. Its message is made of the status
 * and the type only, so that it is the same for the same trouble; what else the API says is in the hint.
 */
export function problemOfAnswer(
  { status, headers }: Response,
  body: string,
  {
    subject,
    keyName,
    hide,
  }: {
    readonly subject: string;
    readonly keyName: string;
    readonly hide: (text: string) => string;
  },
): UserError {
  const said = parseBody(body);
  const type = /^[a-z_]{1,40}$/.test(said?.error.type ?? '') ? ` ${said?.error.type ?? ''}` : '';
  const message = `${subject}: HTTP ${String(status)}${type}`;
  const request = sanitizeLine(
    hide(headers.get('request-id') ?? headers.get('x-request-id') ?? said?.request_id ?? ''),
    80,
  );
  const words = sanitizeLine(hide(said?.error.message ?? ''), 200);
  const hint = [
    adviceOf(status, keyName),
    ...(words === '' ? [] : [`the API says: ${words}`]),
    ...(request === '' ? [] : [`request ${request}`]),
  ].join('; ');
  if (!mayPass(status)) return new UserError('network', message, { hint });
  const retryAfterMs = retryAfterOf(headers);
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

const mayPass = (status: number): boolean => [408, 409, 429].includes(status) || status >= 500;

/** `retry-after`, in milliseconds: seconds here, never a date. */
function retryAfterOf(headers: Headers): number | null {
  const value = headers.get('retry-after') ?? '';
  return /^\d{1,9}(\.\d+)?$/.test(value) ? Number(value) * 1000 : null;
}

function adviceOf(status: number, keyName: string): string {
  if (status >= 300 && status < 400) return 'redirects are not followed; check the address';
  if (status === 401) return `check ${keyName}: it is wrong, revoked or expired`;
  if (status === 403) return `${keyName} may not read usage and costs: it has to be an admin key`;
  if (status === 404) return 'check the address';
  return mayPass(status) ? 'the next run asks again' : 'the API has refused what was asked';
}
