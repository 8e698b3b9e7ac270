import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod/mini';
import { day, dayOf, type Day } from '../schema/timestamp.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import { readLastLines, type MonthFile } from './history-file.ts';
import { contentKeyAt } from '../util/fs.ts';
import { maxBytes } from './json-file.ts';

/** What the last line of a key says, without the line. */
export interface LastLine {
  readonly day: Day;
  readonly hash: string;
}

/** `data/cache/history-<series>.json`: lists instead of objects, because keys come from outside. */
const indexFile = z.object({
  version: z.literal(1),
  months: z.array(z.tuple([z.string(), z.string()])),
  last: z.array(z.tuple([z.string(), day, z.string()])),
});

const entriesAtATime = 500;

/** The identity of each month file by its month. Throws `FileError`. */
export async function identitiesOf(
  months: readonly MonthFile[],
): Promise<ReadonlyMap<string, string>> {
  const identities = new Map<string, string>();
  for (const { month, path } of months) identities.set(month, (await contentKeyAt(path)) ?? '');
  return identities;
}

/**
 * The last line of every key as the stored index has it; null when there is none, or when a month file is
 * not what it was then. Disposable: whatever is wrong with it, it is made again.
 */
export async function readIndex(
  path: string,
  months: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, LastLine> | null> {
  try {
    const file = await readRegularFile(path, { maxBytes });
    if (file === null) return null;
    const { success, data: stored } = z.safeParse(indexFile, JSON.parse(file.bytes.toString()));
    if (!success) return null;
    const isCurrent =
      stored.months.length === months.size &&
      stored.months.every(([month, identity]) => months.get(month) === identity);
    if (!isCurrent) return null;
    return new Map(stored.last.map(([key, lastDay, hash]) => [key, { day: lastDay, hash }]));
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The same from the month files themselves, newest first. */
export async function buildIndex(months: readonly MonthFile[]): Promise<{
  readonly last: ReadonlyMap<string, LastLine>;
  readonly warnings: readonly Diagnostic[];
}> {
  const { last: lines, warnings } = await readLastLines(months);
  const last = new Map<string, LastLine>();
  for (const [key, { run, ...values }] of lines) {
    if (last.size % entriesAtATime === 0) await setImmediate();
    last.set(key, { day: dayOf(run), hash: hashOf(values) });
  }
  return { last, warnings };
}

export function indexText(
  months: ReadonlyMap<string, string>,
  last: ReadonlyMap<string, LastLine>,
): string {
  const document: z.infer<typeof indexFile> = {
    version: 1,
    months: [...months],
    last: [...last].map(([key, line]) => [key, line.day, line.hash]),
  };
  return `${JSON.stringify(document)}\n`;
}

/** A short name of the values of an entry, whatever the order of their keys. */
export function hashOf(values: object): string {
  const ordered = JSON.stringify(values, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(ordered).digest('base64url').slice(0, 22);
}
