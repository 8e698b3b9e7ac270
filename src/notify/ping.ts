import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../util/errors.ts';
import { post } from './post.ts';

export type PingKind = 'start' | 'success' | 'fail';

/** What a dead-man switch is sent of a log, in bytes; healthchecks.io keeps the first 10 KB at least. */
const maxBodyBytes = 10_000;

const attempts = 3;
const pauseMs = 1000;

/**
 * Pings a dead-man switch: `URL/start`, `URL`, `URL/fail`, with the id of the run as `rid`, by which start
 * and end are paired (https://healthchecks.io/docs/http_api/). A ping that says the same twice does no
 * harm, so it is tried again. Throws `UserError` NETWORK and TIMEOUT.
 */
export async function ping(
  url: string,
  kind: PingKind,
  options: { readonly rid: string; readonly body: string; readonly signal: AbortSignal },
): Promise<void> {
  const { rid, signal } = options;
  const target = pingUrl(url, kind, rid);
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'User-Agent': 'sync-runner' };
  const body = tailOf(options.body, maxBodyBytes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await post(target, { body, headers, signal });
      return;
    } catch (error) {
      const isRefused = error instanceof UserError && error.code === 'network';
      if (!isRefused || attempt === attempts) throw error;
      await setTimeout(pauseMs, null, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

function pingUrl(base: string, kind: PingKind, rid: string): string {
  const url = new URL(base);
  if (kind !== 'success') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${kind}`;
  url.searchParams.set('rid', rid);
  return url.href;
}

/** The same id for all pings of a run, as a UUID (RFC 9562, version 8). */
export function ridOf(workspace: string, run: string): string {
  const hex = createHash('sha256').update(`${workspace}\0${run}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The end of a text in at most so many bytes of UTF-8, whole lines where there are any. */
export function tailOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let start = bytes.length - maxBytes;
  // Not in the middle of a character.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const tail = bytes.toString('utf8', start);
  const line = tail.indexOf('\n') + 1;
  return line > 0 && line < tail.length ? tail.slice(line) : tail;
}
