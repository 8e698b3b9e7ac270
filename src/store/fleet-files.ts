import { fleetFile, type FleetFile } from '../schema/fleet.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import { toIoError } from '../util/fs.ts';
import { ensureDir, replaceFile } from '../util/fs-write.ts';
import type { Workspace } from '../config/workspace.ts';
import { readJsonValue, toJsonText } from './json-file.ts';
import { dirname } from 'node:path';

/** The published part of a month file: its first bytes, and a hash of the last of them. */
export interface Cursor {
  readonly offset: number;
  readonly tail: string;
}

/** Hashes of the rows that the database has, by key, and cursors by name of the month file. */
export interface Published {
  readonly projects: ReadonlyMap<string, string>;
  readonly quality: ReadonlyMap<string, string>;
  /** By `source|day`. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly sources: string | null;
  readonly cursors: ReadonlyMap<string, Cursor>;
}

/** `data/cache/fleet.bin`: what the database of the fleet has of this machine. */
export interface PublishedCache extends Published {
  /** The identity and the token of the push after which this is true. */
  readonly id: string;
  readonly token: string | null;
  /** Rows that the database refused, with their hashes. */
  readonly refused: ReadonlyMap<string, string>;
  /** Keys of the snapshots that are published completely. */
  readonly complete: ReadonlyMap<string, string>;
}

const stamp: CacheStamp = { name: 'fleet', schemaVersion: 1 };

/** Returns null if the file does not exist. Throws `UserError` with code `data` or `io`. */
export const readFleetFile = ({ fleet }: Workspace): Promise<FleetFile | null> =>
  readJsonValue(fleet, fleetFile);

/** Forces the file to the disk. Throws `UserError` with code `io`. */
export function writeFleetFile({ fleet }: Workspace, content: FleetFile): Promise<void> {
  return write(fleet, toJsonText(content));
}

/** Returns null if it is missing or damaged, or if it is of another identity or push. */
export async function readPublishedCache(
  workspace: Workspace,
  { id, token }: Pick<FleetFile, 'id' | 'token'>,
): Promise<PublishedCache | null> {
  // The stamp guarantees the shape.
  const cached = decodeCache(
    stamp,
    await readCacheFile(workspace.cache('fleet')),
  ) as PublishedCache | null;
  return cached?.id === id && cached.token === token ? cached : null;
}

/** Returns the published size of each month file, by name; empty if that is unknown. Throws `UserError` with code `io`. */
export async function publishedSizes(workspace: Workspace): Promise<ReadonlyMap<string, number>> {
  const identity = await nullIfUnreadable(readFleetFile(workspace));
  const cached = identity === null ? null : await readPublishedCache(workspace, identity);
  return new Map([...(cached?.cursors ?? [])].map(([name, { offset }]) => [name, offset]));
}

/** Throws `UserError` with code `io`. */
export async function writePublishedCache(
  workspace: Workspace,
  content: PublishedCache,
): Promise<void> {
  await write(workspace.cache('fleet'), encodeCache(stamp, content));
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await ensureDir(dirname(path));
    await replaceFile(path, content, { mode: 0o600 });
  } catch (error) {
    throw toIoError(error);
  }
}
