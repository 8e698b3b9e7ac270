import { readSecrets, redactor } from '../config/secrets.ts';
import type { Workspace } from '../config/workspace.ts';
import { withLock, type LockEvent } from '../lock/index.ts';
import type { LockState } from '../lock/state.ts';
import type { Config } from '../schema/config.ts';
import { readFleetFile, writeFleetFile } from '../store/fleet-files.ts';
import type { System } from '../system/system.ts';
import { toTimestamp } from '../util/dates.ts';
import { redactError, UserError } from '../util/errors.ts';
import { toIoError } from '../util/fs.ts';
import { plural } from '../util/text.ts';
import { databaseSecrets } from './database/database-url.ts';
import { timeoutError, tookTooLong } from './database/database-error.ts';
import { publishingDatabase, type FleetDatabase } from './database/fleet-database.ts';
import { hostNameOf, identityFor } from './identity.ts';
import { PushSession, type SessionResult } from './push-session.ts';

export interface PublishOptions {
  readonly workspace: Workspace;
  readonly config: Config;
  readonly system: System;
  /** Ends publishing. */
  readonly signal: AbortSignal;
  /** Null: until everything is published. */
  readonly timeoutMs: number | null;
  readonly spreadMs: number;
  readonly onEvent?: (event: LockEvent) => void;
  /** Smaller pushes, for tests. */
  readonly chunkBytes?: number;
}

export type PublishResult = SessionResult | { readonly type: 'locked'; readonly holder: LockState };

type Progress = Pick<PublishError, 'rows' | 'left' | 'isFirst'>;

/** Part of an error: how much was published before it. */
export class PublishError extends UserError {
  readonly rows: number;
  /** How much is left when the time is over; null if that is unknown. */
  readonly left: number | null;
  /** Whether everything was never published before: the first publication takes longest. */
  readonly isFirst: boolean;

  constructor(error: UserError, { rows, left, isFirst }: Progress, message = error.message) {
    super(error.code, message, {
      cause: error,
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
    this.rows = rows;
    this.left = left;
    this.isFirst = isFirst;
  }
}

/**
 * Publishes what the database of the fleet lacks, unless another process does. Connects only if there is something to
 * send. Throws `PublishError` or `UserError`, redacted; or the reason of the signal.
 */
export async function publish(options: PublishOptions): Promise<PublishResult> {
  const { workspace, config, system, timeoutMs, onEvent = () => undefined } = options;
  const database = await publishingDatabase({ workspace, system, options: config.fleet });
  const secrets = await readSecrets(workspace, system);
  const redact = redactor({ ...secrets, ...databaseSecrets(database.url) });
  const deadline = new AbortController();
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => {
          deadline.abort(tookTooLong);
        }, timeoutMs);
  const limited = { ...options, signal: AbortSignal.any([options.signal, deadline.signal]) };
  const lock = {
    workspace: { ...workspace, lock: workspace.publishLock },
    staleMs: config.lock.staleMinutes * 60_000,
    waitMs: 0,
    ...{ system, onEvent, signal: limited.signal },
  };
  try {
    // Usually nothing is to be sent, and the check takes less time than the lock.
    const session = await openSession(limited, database, secrets);
    if (await session.isUnchanged()) return session.result('unchanged');
    const result = await withLock(lock, () =>
      publishLocked(limited, { database, secrets, redact }),
    );
    return result.held ? result.value : { type: 'locked', holder: result.holder };
  } catch (error) {
    throw redacted(toUserError(error), redact);
  } finally {
    clearTimeout(timer);
  }
}

async function publishLocked(
  options: PublishOptions,
  {
    database,
    secrets,
    redact,
  }: {
    readonly database: FleetDatabase;
    readonly secrets: Readonly<Record<string, string>>;
    readonly redact: (text: string) => string;
  },
): Promise<SessionResult> {
  const { workspace, system } = options;
  const session = await openSession(options, database, secrets);
  try {
    return await session.run();
  } catch (error) {
    const failure = toUserError(error);
    if (!(failure instanceof UserError)) throw failure;
    // The reason of the failure is more important than a failure to count or to store it.
    const left =
      failure.code === 'timeout' ? await session.remainingRows().catch(() => null) : null;
    const isFirst = session.identity.lastPublished === null;
    const progress = { rows: session.rows, left, isFirst };
    const message = failureText(failure.message, progress, options.timeoutMs);
    const failingSince = session.identity.failingSince ?? toTimestamp(system.now());
    const lastError = { code: failure.code, message: redact(message) };
    const failed = { ...session.identity, failingSince, lastError };
    await writeFleetFile(workspace, failed).catch(() => undefined);
    throw new PublishError(failure, progress, message);
  }
}

function failureText(message: string, { rows, left }: Progress, timeoutMs: number | null): string {
  if (left === null) return message;
  const isSlow = rows > 0 && timeoutMs !== null;
  const text = isSlow ? `publishing took longer than ${String(timeoutMs / 1000)} s` : message;
  return `${text}; ${rowsAreLeft(left)}`;
}

/** Returns `1 row is left` or `2 rows are left`. */
export const rowsAreLeft = (count: number): string => `${plural(count, 'row is', 'rows are')} left`;

async function openSession(
  { workspace, config, system, signal, spreadMs, chunkBytes }: PublishOptions,
  database: FleetDatabase,
  secrets: Readonly<Record<string, string>>,
): Promise<PushSession> {
  const { fleet } = config;
  const host = hostNameOf(fleet, system.processInfo.host);
  const stored = await readFleetFile(workspace);
  return new PushSession(identityFor(fleet, host, stored), {
    ...{ workspace, secrets, host, system, signal, spreadMs, options: fleet },
    timeZone: config.tokens.timeZone,
    connect: async () => {
      const { connect } = await import('./database/client.ts');
      return connect({ ...database, signal });
    },
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
  });
}

const toUserError = (error: unknown): unknown =>
  error === tookTooLong ? timeoutError(error) : toIoError(error);

function redacted(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof UserError)) return error;
  const clean = redactError(error, redact);
  return error instanceof PublishError ? new PublishError(clean, error) : clean;
}
