import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createClient,
  type FetchJson,
  type Limits,
} from '../../../../src/syncs/tokens/billing/api-client.ts';
import { webServer, type WebServer } from '../../../helpers/web-server.ts';

let server: WebServer;
beforeEach(async () => {
  server = await webServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const client = (limits: Limits, baseUrl = server.url): FetchJson =>
  createClient({
    apiName: 'API',
    baseUrl,
    keyName: 'KEY',
    key: 'secret-of-a-client',
    headers: (key) => ({ 'x-api-key': key }),
    signal: new AbortController().signal,
    limits,
  });
const respondWith =
  (body: string) =>
  (_: unknown, response: ServerResponse): void => {
    response.end(body);
  };

describe('the API client', () => {
  test('retries a request when no response arrives in time', async () => {
    server.respond = () => {
      server.respond = respondWith('{"a":1}');
    };
    const fetchJson = client({ requestMs: 200, totalMs: 60_000 });
    expect(await fetchJson('/path', [['list[]', 'a b&c']])).toEqual({ a: 1 });
    expect(server.take().map(({ url }) => url)).toEqual([
      '/path?list%5B%5D=a+b%26c',
      '/path?list%5B%5D=a+b%26c',
    ]);
  });

  test('retries a request when the response is incomplete', async () => {
    server.respond = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
      server.respond = respondWith('{"a":1}');
    };
    expect(await client({ requestMs: 5000, totalMs: 60_000 })('/path', [])).toEqual({ a: 1 });
  });

  test('rejects at the total time limit, during a response and during a delay', async () => {
    server.respond = () => undefined;
    await expect(client({ requestMs: 5000, totalMs: 200 })('/path', [])).rejects.toMatchObject({
      code: 'timeout',
      message: 'API: took longer than 0.2 s',
    });
    server.respond = (_, response) => {
      response.writeHead(503, { 'retry-after': '30' });
      response.end('not even JSON');
    };
    await expect(client({ requestMs: 5000, totalMs: 200 })('/path', [])).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  test('does not follow a redirect, so that another host never receives the key', async () => {
    await using other = await webServer();
    server.respond = (_, response) => {
      response.writeHead(307, { location: other.url });
      response.end();
    };
    const fetchJson = client({ requestMs: 5000, totalMs: 5000 });
    await expect(fetchJson('/path', [])).rejects.toMatchObject({
      message: 'API: GET /path: HTTP 307',
    });
    expect(other.take()).toEqual([]);
  });

  test('keeps the path of the base URL and omits it from errors', async () => {
    server.respond = (_, response) => {
      response.writeHead(404);
      response.end('{"error":{"type":7,"message":"secret-of-a-client\\u001b[2J is wrong"}}');
    };
    const fetchJson = client({ requestMs: 5000, totalMs: 5000 }, `${server.url}/proxy/path`);
    await expect(fetchJson('/path', [])).rejects.toMatchObject({
      message: 'API: GET /path: HTTP 404',
      hint: 'check the URL; the API returned: *** [2J is wrong',
    });
    expect(server.take()[0]?.url).toBe('/proxy/path/path');
  });

  test('rejects an endless response as soon as it exceeds the limit, and closes the connection', async () => {
    let sentBytes = 0;
    let closed: Promise<unknown> = Promise.resolve();
    server.respond = (_, response) => {
      closed = once(response, 'close');
      const block = Buffer.alloc(1024 * 1024, '[');
      const send = (): void => {
        while (!response.destroyed && response.write(block)) sentBytes += block.length;
        sentBytes += block.length;
      };
      response.on('drain', send);
      send();
    };
    await expect(client({ requestMs: 60_000, totalMs: 60_000 })('/path', [])).rejects.toMatchObject(
      { code: 'network', message: 'API: GET /path: the response is too long' },
    );
    await closed;
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
  });

  test('limits the decompressed size of a response, and the size of all pages of a client', async () => {
    const fetchJson = client({ requestMs: 60_000, totalMs: 60_000 });
    const respondWithBytes = (count: number) => (_: unknown, response: ServerResponse) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(count, ' ').fill('1', 0, 1)));
    };
    const tooLong = { message: 'API: GET /path: the response is too long' };
    server.respond = respondWithBytes(17 * 1024 * 1024);
    await expect(fetchJson('/path', [])).rejects.toMatchObject(tooLong);
    server.respond = respondWithBytes(15 * 1024 * 1024);
    for (let page = 0; page < 3; page += 1) expect(await fetchJson('/path', [])).toBe(1);
    await expect(fetchJson('/path', [])).rejects.toMatchObject(tooLong);
  });
});
