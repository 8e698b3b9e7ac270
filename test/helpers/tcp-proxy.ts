import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** How the proxy treats new connections. */
export type ProxyMode =
  | 'pass'
  /** Ends every connection at once. */
  | 'refuse'
  /** Accepts data and passes nothing on, like a firewall that drops packets. */
  | 'swallow'
  /** Ends a connection after this many bytes in both directions. */
  | { readonly cutAfter: number }
  /** Passes on each piece of data after this many milliseconds. */
  | { readonly delayMs: number };

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  mode: ProxyMode;
  /** Number of accepted connections. */
  connections: number;
  cuts: number;
  /** Called with the number of bytes that a connection has transferred, before they are passed on. */
  onData: ((seen: number) => void) | null;
}

/** Starts a proxy on loopback to a port on loopback. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    proxy.connections += 1;
    const { mode } = proxy;
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    let seen = 0;
    const end = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (data: Buffer) => {
        seen += data.length;
        proxy.onData?.(seen);
        if (typeof mode === 'object' && 'cutAfter' in mode && seen > mode.cutAfter) {
          proxy.cuts += 1;
          end();
        } else if (typeof mode === 'object' && 'delayMs' in mode) {
          setTimeout(() => to.write(data), mode.delayMs);
        } else if (mode !== 'swallow') to.write(data);
      });
      from.on('error', end).on('close', end);
      sockets.add(from);
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  const proxy: TcpProxy = {
    port: await listen(server),
    mode: 'pass',
    connections: 0,
    cuts: 0,
    onData: null,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}
