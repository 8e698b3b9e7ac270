import * as z from 'zod/mini';
import type { FleetFile, FleetOptions } from '../schema/fleet.ts';
import type { Cursor } from '../store/fleet-files.ts';
import { UserError } from '../util/errors.ts';
import { sanitizeLine } from '../util/text.ts';
import { toPublishedState, type PublishedState } from './rows/chunk.ts';
import type { Database } from './database/client.ts';
import { errorCodeOf } from './database/database-error.ts';

/** The version of the functions `push_1` and `manifest_1`. */
const protocol = 1;

const stranger = { name: z.string(), lastPush: z.string() };
const notYours = z.object({ state: z.literal('not-yours'), ...stranger });
const seq = z.number();
const token = z.nullable(z.string());

const pushResult = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ok'), seq, skewSeconds: z.nullable(z.number()) }),
  z.object({ state: z.literal('conflict'), seq, token, ...stranger }),
  notYours,
]);

const hashes = z.record(z.string(), z.string());
const cursors = z.record(z.string(), z.object({ offset: z.number(), tail: z.string() }));
const manifestResult = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({
    state: z.literal('ok'),
    seq,
    token,
    cursors,
    projects: hashes,
    quality: hashes,
    tokens: hashes,
  }),
  notYours,
]);
const aboutResult = z.object({ protocols: z.array(z.number()) });

/** The last push that the database accepted, and what it has. */
export interface Manifest {
  readonly seq: number;
  readonly token: string | null;
  readonly published: PublishedState;
}

export interface Conflict {
  readonly seq: number;
  readonly token: string | null;
  /** The name under which the id was used last. */
  readonly name: string;
}

/** Returns what the database has of this machine. Throws `UserError`. */
export async function getManifest(
  database: Database,
  { id, secret }: Pick<FleetFile, 'id' | 'secret'>,
): Promise<Manifest> {
  const result = await call(database, 'manifest', manifestResult, { id, secret });
  if (result.state === 'not-yours') throw ownedByOther(result);
  if (result.state === 'unknown') return { seq: 0, token: null, published: toPublishedState(null) };
  const published: PublishedState = {
    projects: new Map(Object.entries(result.projects)),
    quality: new Map(Object.entries(result.quality)),
    tokens: new Map(Object.entries(result.tokens)),
    sources: null,
    cursors: new Map<string, Cursor>(Object.entries(result.cursors)),
  };
  return { seq: result.seq, token: result.token, published };
}

/** Sends one push. Throws `RefusedRow` or `UserError`. */
export async function push(
  database: Database,
  payload: object,
): Promise<{ readonly seq: number; readonly skewSeconds: number | null } | Conflict> {
  const result = await call(database, 'push', pushResult, payload);
  if (result.state === 'not-yours') throw ownedByOther(result);
  return result;
}

async function call<Schema extends z.ZodMiniType>(
  database: Database,
  name: 'push' | 'manifest',
  schema: Schema,
  argument: object,
): Promise<z.infer<Schema>> {
  const text = `SELECT sync_runner.${name}_${String(protocol)}($1::jsonb) AS result`;
  const rows = await database
    .query(text, [JSON.stringify(argument)])
    .catch(async (error: unknown) => {
      throw (await supportsProtocol(database, error)) ? error : tooOld(error);
    });
  const { success, data } = schema.safeParse(rows[0]?.['result']);
  if (success) return data;
  throw new UserError('data', `the fleet's database returned an invalid result of ${name}`);
}

/** Finds out whether a missing function was removed by a newer version. */
async function supportsProtocol(database: Database, error: unknown): Promise<boolean> {
  if (!(error instanceof UserError) || errorCodeOf(error.cause) !== '42883') return true;
  const rows = await database.query('SELECT sync_runner.about() AS result').catch(() => []);
  const { data } = aboutResult.safeParse(rows[0]?.['result']);
  return data === undefined || Math.min(...data.protocols) <= protocol;
}

const tooOld = (cause: unknown): UserError =>
  new UserError('config', "this version is too old for the fleet's database", {
    hint: 'update sync-runner',
    cause,
  });

const ownedByOther = ({ name, lastPush }: z.infer<typeof notYours>): UserError =>
  new UserError(
    'config',
    `the database has another host with this id (${sanitizeLine(name, 100)}, last push ${lastPush.slice(0, 16)})`,
    { hint: 'remove data/fleet.json to publish as a new host' },
  );

/**
 * Determines who made the last accepted push, of which this workspace does not know. A copy of the workspace did if the
 * token is not from here and the database is not an older one; then the copy keeps the id.
 */
export function assessConflict(
  database: Pick<Manifest, 'seq' | 'token'>,
  own: FleetFile,
  { identity }: Pick<FleetOptions, 'identity'>,
): 'resync' | 'copy' {
  const { seq, token } = database;
  const isOwn = token === null || token === own.token || own.attempts.includes(token);
  const isNew = own.token === null && own.attempts.length === 0;
  return isOwn || isNew || seq < own.seq || identity === 'name' ? 'resync' : 'copy';
}
