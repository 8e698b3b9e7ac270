import { causeText, UserError } from '../util/errors.ts';

export interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts the request. */
  readonly signal: AbortSignal;
}

/**
 * Sends a POST request and checks the status of the response. Redirects are not followed, because the URL is a secret
 * that must not reach another host. Errors contain only the host. Throws `UserError` with code `network` if the
 * request was certainly not accepted and `timeout` if it may have been.
 */
export async function post(url: string, { body, headers, signal }: Post): Promise<void> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'User-Agent': 'sync-runner', ...headers },
      signal,
      redirect: 'manual',
    });
  } catch (error) {
    if (signal.aborted) throw new UserError('timeout', `${host} did not respond in time`);
    // The original error may contain the URL.
    throw new UserError('network', `${host} could not be reached${causeText(error)}`);
  }
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  const status = String(response.status);
  const redirect = response.status >= 300 && response.status < 400;
  throw new UserError(
    'network',
    redirect
      ? `${host} responded with a redirect (HTTP ${status}), which is not followed`
      : `${host} responded with HTTP ${status}`,
  );
}
