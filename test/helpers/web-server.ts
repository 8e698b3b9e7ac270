import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A real HTTP server on the loopback, which writes down what it is sent. */
export interface WebServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it was sent since the last look. */
  readonly take: () => readonly Received[];
  /** How it answers from now on; by default with 200. */
  answer: (request: Received, response: ServerResponse) => void;
}

export async function webServer(): Promise<WebServer> {
  const received: Received[] = [];
  const ok: WebServer['answer'] = (_request, response) => response.end('OK');
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      self.answer(one, response);
    });
  };
  const server = createServer(listen);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const self: WebServer = {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    take: () => received.splice(0),
    answer: ok,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return self;
}
