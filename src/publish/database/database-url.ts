import { isIP } from 'node:net';
import { UserError } from '../../util/errors.ts';
import { noHost, parsePostgresUrl } from '../../util/postgres-url.ts';

/** A database as its URL names it. */
export interface DatabaseAddress {
  /** A host name, an IP address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: from `PGPASSWORD` or `~/.pgpass`, if there. */
  readonly password: string | undefined;
  readonly database: string;
  /** Whether the connection is encrypted. If it is, the certificate is always verified. */
  readonly tls: boolean;
  /** Whether the URL turns TLS off for another machine. */
  readonly isUnprotected: boolean;
}

/** Parses a `postgres://` URL. Throws `UserError` with code `config`; the message contains no part of the URL. */
export function parseDatabaseUrl(
  url: string,
  subject: string,
  options: { readonly hasAuthority: boolean },
): DatabaseAddress {
  const fail = (problem: string, hint: string): UserError =>
    new UserError('config', `${subject}: ${problem}`, { hint });
  const form =
    'the form is postgres://ROLE:PASSWORD@HOST:5432/DATABASE, with / and # in the password as %2F and %23';
  const parsed = parsePostgresUrl(url);
  if (parsed === null) throw fail('is not a postgres:// URL', form);
  const { username, password, hostname, port, pathname, searchParams } = parsed;
  const mode = searchParams.get('sslmode');
  for (const name of searchParams.keys()) {
    if (name !== 'sslmode' && name !== 'host') {
      throw fail(`unknown parameter ${name}`, 'leave it out; sslmode and host are supported');
    }
  }
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full') {
    throw fail(
      `sslmode=${mode} would not verify the certificate of the database`,
      'leave it out: connections are encrypted and verified',
    );
  }
  const ownHost = hostname === noHost ? '' : decode(hostname.replace(/^\[(.*)\]$/, '$1'));
  const host = searchParams.get('host') ?? ownHost;
  const [user, database] = [decode(username), decode(pathname.slice(1))];
  if (host === '') throw fail('names no host', form);
  if (user === '') throw fail('names no role', form);
  if (database === '') throw fail('names no database', form);
  const isLocal = host.startsWith('/') || isLoopback(host);
  const byDefault = isLocal ? options.hasAuthority && !host.startsWith('/') : true;
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user,
    password: password === '' ? undefined : decode(password),
    database,
    tls: mode === null ? byDefault : mode === 'verify-full',
    isUnprotected: mode === 'disable' && !isLocal,
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the confidential parts of a URL, for the redactor. */
export function databaseSecrets(url: string): Readonly<Record<string, string>> {
  const parsed = parsePostgresUrl(url);
  if (parsed === null) return { 'fleet url': url };
  const { href, password } = parsed;
  return password === ''
    ? {}
    : {
        'fleet url': url,
        'fleet href': href,
        'fleet raw': password,
        'fleet password': decode(password),
      };
}
