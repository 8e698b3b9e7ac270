import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';

/** A received request. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An HTTP server on the loopback interface that records requests. */
export interface WebServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Returns the requests since the last call. */
  readonly take: () => readonly Received[];
  /** Handles requests; by default with status 200. */
  respond: (request: Received, response: ServerResponse) => void;
}

export async function webServer(): Promise<WebServer> {
  const received: Received[] = [];
  const ok: WebServer['respond'] = (_request, response) => response.end('OK');
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      self.respond(one, response);
    });
  };
  const server = createServer(onRequest);
  const port = await listen(server);
  const self: WebServer = {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    take: () => received.splice(0),
    respond: ok,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return self;
}
