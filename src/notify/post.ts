import { errnoOf, UserError } from '../util/errors.ts';

export interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when there is no more time. */
  readonly signal: AbortSignal;
}

/**
 * Sends one POST and waits for the answer, of which only the status counts. Redirects are not followed:
 * the URL is a secret that no other host is to see. Errors name the host only. Throws `UserError` NETWORK
 * (refused: nothing has arrived) and TIMEOUT (it may have arrived).
 */
export async function post(url: string, { body, headers, signal }: Post): Promise<void> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
  } catch (error) {
    if (signal.aborted) throw new UserError('timeout', `${host} did not answer in time`);
    // The error itself may quote the URL.
    throw new UserError('network', `${host} could not be reached${reasonOf(error)}`);
  }
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  const status = String(response.status);
  const redirect = response.status >= 300 && response.status < 400;
  throw new UserError(
    'network',
    redirect
      ? `${host} answered with a redirect (HTTP ${status}), which is not followed`
      : `${host} answered with HTTP ${status}`,
  );
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (errnoOf(error.cause) ?? errnoOf(error)) : null;
  return code === null || !/^[A-Z_]+$/.test(code) ? '' : ` (${code})`;
}
