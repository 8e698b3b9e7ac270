import { randomUUID } from 'node:crypto';
import type { FleetFile } from '../schema/fleet.ts';
import {
  readPublishedCache,
  writeFleetFile,
  writePublishedCache,
  type PublishedCache,
} from '../store/fleet-files.ts';
import { UserError } from '../util/errors.ts';
import { toTimestamp } from '../util/dates.ts';
import { delay } from '../util/async.ts';
import type { System } from '../system/system.ts';
import {
  maxChunkBytes,
  nextChunk,
  remainingRows,
  toPublishedState,
  type Chunk,
  type PublishedState,
} from './rows/chunk.ts';
import type { Database } from './database/client.ts';
import { RefusedRow } from './database/database-error.ts';
import { hostFacts } from './rows/host-facts.ts';
import { newIdentity, type HostName } from './identity.ts';
import { readLocalState, type LocalContext, type LocalState } from './rows/local-state.ts';
import { assessConflict, getManifest, push, type Conflict } from './protocol.ts';

export interface SessionOptions extends Omit<LocalContext, 'identity'> {
  readonly host: HostName;
  readonly timeZone: string;
  readonly system: System;
  readonly signal: AbortSignal;
  /** Connects to the database when there is something to send. */
  readonly connect: () => Promise<Database>;
  /** Maximum random wait before the connection, so that machines with one schedule do not arrive together. */
  readonly spreadMs: number;
  readonly chunkBytes?: number;
}

export interface SessionResult {
  readonly type: 'unchanged' | 'done';
  readonly rows: number;
  readonly pushes: number;
  /** The parts that the database refused in this session. */
  readonly refused: readonly string[];
  /** The name of the host of which this workspace is a copy; null if it did not turn out to be one. */
  readonly copyOf: string | null;
  readonly skewSeconds: number | null;
}

const maxConflicts = 3;
/** More refused rows than this are not errors of rows. */
const maxRefused = 10;

/** Publishes everything that the database lacks. Requires the lock of publishing. */
export class PushSession {
  /** The identity as stored, including pushes that were not confirmed. */
  identity: FleetFile;
  rows = 0;
  private readonly options: SessionOptions;
  private published: PublishedState | null = null;
  private local: LocalState | null = null;
  private refused = new Map<string, string>();
  private readonly newlyRefused: string[] = [];
  private maxParts = Infinity;
  private pushes = 0;
  private conflicts = 0;
  private copyOf: string | null = null;
  private facts: object | null = null;
  private skewSeconds: number | null = null;

  constructor(identity: FleetFile, options: SessionOptions) {
    this.identity = identity;
    this.options = options;
  }

  /** Returns whether nothing is to be sent or recorded. Needs no lock. Throws `UserError` with code `io`. */
  async isUnchanged(): Promise<boolean> {
    const cached = await readPublishedCache(this.options.workspace, this.identity);
    if (cached === null || this.identity.failingSince !== null) return false;
    this.restore(cached);
    this.local = await this.readLocal(cached);
    return isSame(cached.complete, this.local.complete) && (await this.nextChunk()) === null;
  }

  /** Throws `UserError`, or the reason of the signal. */
  async run(): Promise<SessionResult> {
    const { workspace, spreadMs, signal, connect } = this.options;
    const cached = await readPublishedCache(workspace, this.identity);
    if (cached !== null) this.restore(cached);
    this.local = await this.readLocal(cached);
    const first = this.published === null ? null : await this.nextChunk();
    if (this.published !== null && first === null) {
      await this.finish(cached, 'unchanged');
      return this.result('unchanged');
    }
    if (spreadMs > 0) await delay(Math.random() * spreadMs, signal);
    const database = await connect();
    try {
      if (this.published === null) await this.resync(database, null);
      for (let chunk = first ?? (await this.nextChunk()); chunk !== null;) {
        await this.send(database, chunk);
        chunk = await this.nextChunk();
      }
    } finally {
      database.close();
    }
    await this.finish(null, 'done');
    return this.result('done');
  }

  private restore(cached: PublishedCache): void {
    this.refused = new Map(cached.refused);
    this.published = toPublishedState(cached);
  }

  private readLocal(cached: PublishedCache | null): Promise<LocalState> {
    const { workspace, options, secrets } = this.options;
    return readLocalState({ workspace, options, secrets, identity: this.identity }, cached);
  }

  private nextChunk(): Promise<Chunk | null> {
    const { workspace, chunkBytes: maxBytes = maxChunkBytes } = this.options;
    const { local, published, refused, maxParts } = this;
    if (local === null || published === null) return Promise.resolve(null);
    return nextChunk({ workspace, local, published, refused, maxParts, maxBytes });
  }

  /** Returns the number of rows that are left; null if it is unknown what the database has. */
  remainingRows(): Promise<number | null> {
    const { local, refused, identity } = this;
    const { workspace } = this.options;
    const published = this.published ?? (identity.seq === 0 ? toPublishedState(null) : null);
    if (local === null || published === null) return Promise.resolve(null);
    return remainingRows({ workspace, local, published, refused });
  }

  private async send(database: Database, chunk: Chunk): Promise<void> {
    const { workspace, system } = this.options;
    const next = randomUUID();
    // Stored before it is sent: the database may accept it although the response gets lost.
    const attempts = [...this.identity.attempts, next].slice(-500);
    await this.saveIdentity({ attempts });
    const { id, secret, parent, token } = this.identity;
    this.facts ??= await hostFacts(this.options);
    const host = { id, secret, parent, ...this.facts };
    const now = toTimestamp(system.now());
    try {
      const result = await push(database, { host, token, next, now, ...chunk.payload });
      if ('token' in result) {
        await this.resync(database, result);
        return;
      }
      this.skewSeconds = result.skewSeconds;
      this.maxParts = Infinity;
      this.pushes += 1;
      this.rows += chunk.rows;
      await this.saveIdentity({ seq: result.seq, token: next, attempts: [] });
      if (this.published !== null) {
        chunk.apply(this.published);
        await writePublishedCache(workspace, this.cache(this.published, new Map()));
      }
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error;
      this.isolate(chunk, error);
    }
  }

  /** Halves the next chunk until it contains one row, which is left out then. */
  private isolate({ parts }: Chunk, error: RefusedRow): void {
    if (parts.size > 1) {
      this.maxParts = Math.floor(parts.size / 2);
      return;
    }
    const [part] = parts;
    if (part === undefined || this.newlyRefused.length >= maxRefused) {
      const count = String(this.newlyRefused.length);
      const rows = part === undefined ? 'a push' : `more than ${count} rows`;
      throw new UserError('data', `the fleet's database refused ${rows} (${error.message})`, {
        hint: 'its owner finds the reason in the log of the database',
        cause: error,
      });
    }
    this.refused.set(...part);
    this.newlyRefused.push(part[0]);
    this.maxParts = Infinity;
  }

  /** Continues from what the database has; as a new host if this workspace is a copy. */
  private async resync(database: Database, conflict: Conflict | null): Promise<void> {
    this.conflicts += conflict === null ? 0 : 1;
    if (this.conflicts > maxConflicts) {
      throw new UserError('network', 'other pushes of this host came in between', {
        hint: 'check that no other machine has the same fleet.team and fleet.name',
      });
    }
    const manifest = await getManifest(database, this.identity);
    if (assessConflict(manifest, this.identity, this.options.options) === 'copy') {
      this.copyOf = conflict?.name ?? this.options.host.name;
      await this.saveIdentity(newIdentity(this.identity.id));
      this.published = toPublishedState(null);
    } else {
      // The attempts stay: a push that still waits for a lock in the database may be accepted later.
      await this.saveIdentity({ seq: manifest.seq, token: manifest.token });
      this.published = manifest.published;
    }
    this.refused.clear();
    this.local = await this.readLocal(null);
  }

  private async saveIdentity(changes: Partial<FleetFile>): Promise<void> {
    this.identity = { ...this.identity, ...changes };
    await writeFleetFile(this.options.workspace, this.identity);
  }

  private cache(published: PublishedState, complete: PublishedCache['complete']): PublishedCache {
    const { id, token } = this.identity;
    return { ...published, id, token, refused: this.refused, complete };
  }

  private async finish(cached: PublishedCache | null, type: SessionResult['type']): Promise<void> {
    const { workspace, system } = this.options;
    const { published, local } = this;
    if (published !== null && local !== null && !isSame(cached?.complete, local.complete)) {
      await writePublishedCache(workspace, this.cache(published, local.complete));
    }
    if (type === 'unchanged' && this.identity.failingSince === null) return;
    const lastPublished = toTimestamp(system.now());
    await this.saveIdentity({ lastPublished, failingSince: null, lastError: null });
  }

  result(type: SessionResult['type']): SessionResult {
    const { rows, pushes, copyOf, skewSeconds } = this;
    return { type, rows, pushes, refused: this.newlyRefused, copyOf, skewSeconds };
  }
}

const isSame = (
  one: ReadonlyMap<string, string> | undefined,
  other: ReadonlyMap<string, string>,
): boolean => one?.size === other.size && [...other].every(([name, key]) => one.get(name) === key);
