import * as z from 'zod/mini';
import { decodeCache, encodeCache } from '../util/cache.ts';

const stamp = { name: 'discovery', schemaVersion: 1 };
const ids = z.array(z.string());

/** Returns the ids of the projects in the grace period of the previous run; none if the cache is missing. */
export const decodeGracePeriod = (bytes: Uint8Array | null): ReadonlySet<string> =>
  new Set(ids.safeParse(decodeCache(stamp, bytes)).data);

/** Returns null, which removes the cache, for an empty set. */
export const encodeGracePeriod = (inGracePeriod: ReadonlySet<string>): Uint8Array | null =>
  inGracePeriod.size === 0 ? null : encodeCache(stamp, [...inGracePeriod]);
