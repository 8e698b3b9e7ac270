import { createHash } from 'node:crypto';
import { UserError } from '../util/errors.ts';
import { withRetry } from '../util/retry.ts';
import { post } from './post.ts';

/** `log` adds a line to the log of the monitor and changes nothing else. */
export type PingKind = 'start' | 'success' | 'fail' | 'log';

/** Maximum size of the log in a ping, in bytes; healthchecks.io stores at least the first 10 KB. */
const maxBodyBytes = 10_000;

/**
 * Pings a dead-man switch at `URL/start`, `URL`, `URL/fail` or `URL/log`. The `rid` parameter pairs the start with the end
 * (https://healthchecks.io/docs/http_api/). Pings are idempotent, so a failed one is retried. Throws `UserError` with
 * code `network` or `timeout`, or the signal's reason.
 */
export async function ping(
  url: string,
  kind: PingKind,
  { rid, body, signal }: { rid: string; body: string; signal: AbortSignal },
): Promise<void> {
  const target = pingUrl(url, kind, rid);
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
  await withRetry(() => post(target, { body: tailOf(body, maxBodyBytes), headers, signal }), {
    attempts: 3,
    delayMs: () => 1000,
    isRetryable: (error) => error instanceof UserError && error.code === 'network',
    signal,
  });
}

function pingUrl(base: string, kind: PingKind, rid: string): string {
  const url = new URL(base);
  if (kind !== 'success') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${kind}`;
  url.searchParams.set('rid', rid);
  return url.href;
}

/** Returns the id that all pings of a run share, a UUID (RFC 9562, version 8). */
export function runUuid(workspace: string, run: string): string {
  const hex = createHash('sha256').update(`${workspace}\0${run}`).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

/** Returns the end of a text in at most `maxBytes` bytes of UTF-8, starting at a line if possible. */
export function tailOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let start = bytes.length - maxBytes;
  // Do not split a multi-byte character.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const tail = bytes.toString('utf8', start);
  const line = tail.indexOf('\n') + 1;
  return line > 0 && line < tail.length ? tail.slice(line) : tail;
}
