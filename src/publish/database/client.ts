import type { Client } from 'pg';
import { databaseError, isBusy, tookTooLong, type ErrorContext } from './database-error.ts';
import type { FleetDatabase } from './fleet-database.ts';
import { delay } from '../../util/async.ts';

/** A connection to the database. All errors are `UserError`s, but those of a refused value (`RefusedRow`). */
export interface Database {
  readonly query: (
    text: string,
    values?: readonly unknown[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => void;
}

interface ConnectOptions extends Omit<FleetDatabase, 'url'> {
  /** Aborting it destroys the connection. */
  readonly signal: AbortSignal;
}

const connectTimeoutMs = 5000;
/** The time in which a server that is alive responds. */
const queryTimeoutMs = 60_000;
/** How often a connection is attempted while the server has none left or is starting. */
const maxAttempts = 20;

/** Connects to the database. Loads the client, which nothing else may import. Throws `UserError`. */
export async function connect(options: ConnectOptions): Promise<Database> {
  const { address, signal, subject } = options;
  const context = { address, subject, signal };
  // Not the entry of the package, which looks for native bindings.
  const { default: PgClient } = await import('pg/lib/client.js');
  for (let attempt = 1; ; attempt += 1) {
    const client = createClient(PgClient, options);
    const destroy = (): void => {
      streamOf(client).destroy(tookTooLong);
    };
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', destroy);
      await client.connect();
      return database(client, context, () => {
        signal.removeEventListener('abort', destroy);
      });
    } catch (error) {
      signal.removeEventListener('abort', destroy);
      streamOf(client).destroy();
      if (!isBusy(error) || attempt >= maxAttempts || signal.aborted) {
        throw databaseError(error, context);
      }
      // Random, so that machines that were refused together do not return together.
      await delay(100 + Math.random() * 900, signal).catch(() => undefined);
    }
  }
}

function createClient(PgClient: typeof Client, { address, authority }: ConnectOptions): Client {
  const { host, port, user, password, database, tls } = address;
  const client = new PgClient({
    host,
    port,
    user,
    password,
    database,
    // An own object, because the client would also verify nothing if asked to by a URL or the environment.
    ssl: tls
      ? { rejectUnauthorized: true, ...(authority === null ? {} : { ca: authority }) }
      : false,
    application_name: 'sync-runner',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
  });
  // Without a listener, the loss of an idle connection ends the process.
  client.on('error', () => undefined);
  return client;
}

function database(client: Client, context: ErrorContext, onClose: () => void): Database {
  return {
    query: async (text, values = []) => {
      try {
        const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
        return rows;
      } catch (error) {
        throw databaseError(error, context);
      }
    },
    close: () => {
      onClose();
      // Not awaited: after a cut, the end never comes.
      client.end().catch(() => undefined);
      setTimeout(() => {
        streamOf(client).destroy();
      }, 100).unref();
    },
  };
}

const streamOf = (client: Client): { destroy: (error?: Error) => void } =>
  (client as unknown as { connection: { stream: { destroy: (error?: Error) => void } } }).connection
    .stream;
