import { messageOf, UserError } from '../../util/errors.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { DatabaseAddress } from './database-url.ts';

export interface ErrorContext {
  readonly address: DatabaseAddress;
  /** The key or variable of the URL. */
  readonly subject: string;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
}

export const tookTooLong = new Error('took too long');

export const timeoutError = (cause: unknown): UserError =>
  new UserError('timeout', "the fleet's database did not respond in time", {
    hint: 'the next run continues',
    cause,
  });

/** A value that the database does not accept. The others must not wait for it. */
export class RefusedRow extends Error {
  override readonly name = 'RefusedRow';
}

/** Whether the server has no connection left, is starting or stopping: a moment later it may accept one. */
export const isBusy = (error: unknown): boolean =>
  ['53300', '57P03', '57P01'].includes(errorCodeOf(error));

/** Returns the SQLSTATE or the code of a system error; empty without one. */
export function errorCodeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : '';
}

const certificateCodes =
  /^(?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/;
const connectionCodes = /^(?:E[A-Z_]+|08\w{3}|57P0[1-5])$/;

/** Translates an error of the client or the server. Texts of the server are not repeated: they may quote values. */
export function databaseError(error: unknown, context: ErrorContext): Error {
  if (error instanceof UserError || error instanceof RefusedRow) return error;
  const code = errorCodeOf(error);
  const { host, user, database } = context.address;
  const { subject, signal } = context;
  const message = messageOf(error);
  const of = (
    type: ConstructorParameters<typeof UserError>[0],
    text: string,
    hint?: string,
  ): UserError =>
    new UserError(type, text, { cause: error, ...(hint === undefined ? {} : { hint }) });
  if (signal.aborted && signal.reason !== tookTooLong) return signal.reason as Error;
  if (signal.aborted || code === '57014' || message === 'Query read timeout') {
    return timeoutError(error);
  }
  if (certificateCodes.test(code)) {
    return of(
      'config',
      `the certificate of ${host} can't be verified (${code})`,
      'name the file of its authority in fleet.ca',
    );
  }
  if (message.includes('client password must be')) {
    return of('secrets', `${user} needs a password`, `${subject} has to contain it`);
  }
  if (message.includes('does not support SSL')) {
    return of(
      'config',
      `${host} does not offer TLS`,
      `turn on ssl in its postgresql.conf, or end the URL with ?sslmode=disable`,
    );
  }
  switch (code) {
    case '53300':
      return of(
        'network',
        "the fleet's database has no connection left",
        "raise the role's limit, or put PgBouncer in front of it",
      );
    case '28P01':
      return of('secrets', `the database refused the password of ${user}`, `check ${subject}`);
    case '28000':
      return of(
        'secrets',
        `the database does not accept ${user} from this machine`,
        'check the role and pg_hba.conf of the database',
      );
    case '3D000':
      return of('config', `the database ${database} does not exist`, `check ${subject}`);
    case '3F000':
    case '42P01':
    case '42883':
      return of(
        'config',
        'the database has no schema of sync-runner, or an older one',
        'its owner runs `sync-runner fleet migrate`',
      );
    case '42501':
      return of(
        'config',
        `${user} does not have the required rights in the database`,
        `its owner runs \`sync-runner fleet migrate --writer ROLE --reader ROLE\``,
      );
    case '42704':
      return of('config', 'the role does not exist', 'CREATE ROLE … LOGIN PASSWORD …');
    case '25006':
      return of('config', 'the database is read-only', 'name the primary server, not a replica');
  }
  // Data exceptions, violated constraints, and exceeded limits of an index.
  if (/^(?:2[23]|54)\w{3}$/.test(code)) return new RefusedRow(`SQLSTATE ${code}`, { cause: error });
  if (
    connectionCodes.test(code) ||
    message.startsWith('Connection terminated') ||
    message === 'timeout expired'
  ) {
    const reason = /^[A-Z0-9_]+$/.test(code) ? ` (${code})` : '';
    return of(
      'network',
      `the fleet's database can't be reached${reason}`,
      'nothing is lost: the next run continues',
    );
  }
  if (code !== '' || message.startsWith('SASL')) {
    return of('data', `the fleet's database failed (${code || sanitizeLine(message, 100)})`);
  }
  return error instanceof Error ? error : new Error(message);
}
