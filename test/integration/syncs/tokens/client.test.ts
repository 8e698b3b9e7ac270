import type { ServerResponse } from 'node:http';
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
    title: 'API',
    baseUrl,
    keyName: 'KEY',
    key: 'secret-of-a-client',
    headers: (key) => ({ 'x-api-key': key }),
    signal: new AbortController().signal,
    limits,
  });
const answerWith =
  (body: string) =>
  (_: unknown, response: ServerResponse): void => {
    response.end(body);
  };

describe('a client of an API', () => {
  test('asks again when there is no answer in time', async () => {
    server.respond = () => {
      server.respond = answerWith('{"a":1}');
    };
    const ask = client({ requestMs: 200, totalMs: 60_000 });
    expect(await ask('/path', [['list[]', 'a b&c']])).toEqual({ a: 1 });
    expect(server.take().map(({ url }) => url)).toEqual([
      '/path?list%5B%5D=a+b%26c',
      '/path?list%5B%5D=a+b%26c',
    ]);
  });

  test('asks again when the answer breaks off', async () => {
    server.respond = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
      server.respond = answerWith('{"a":1}');
    };
    expect(await client({ requestMs: 5000, totalMs: 60_000 })('/path', [])).toEqual({ a: 1 });
  });

  test('gives up when all of it takes too long, in an answer or between two', async () => {
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

  test('never follows a redirect, so that the key stays with its host', async () => {
    await using other = await webServer();
    server.respond = (_, response) => {
      response.writeHead(307, { location: other.url });
      response.end();
    };
    const ask = client({ requestMs: 5000, totalMs: 5000 });
    await expect(ask('/path', [])).rejects.toMatchObject({ message: 'API: GET /path: HTTP 307' });
    expect(other.take()).toEqual([]);
  });

  test('keeps the path of a proxy, and says it in no error', async () => {
    server.respond = (_, response) => {
      response.writeHead(404);
      response.end('{"error":{"type":7,"message":"secret-of-a-client\\u001b[2J is wrong"}}');
    };
    const ask = client({ requestMs: 5000, totalMs: 5000 }, `${server.url}/proxy/of/mine`);
    await expect(ask('/path', [])).rejects.toMatchObject({
      message: 'API: GET /path: HTTP 404',
      hint: 'check the URL; the API returned: *** [2J is wrong',
    });
    expect(server.take()[0]?.url).toBe('/proxy/of/mine/path');
  });
});
