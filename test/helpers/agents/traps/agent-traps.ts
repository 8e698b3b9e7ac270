import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SampleResponse } from '../agent-sample.ts';

/** What the logs of an agent contain besides the usage that counts. None of it changes a total. */
export interface AgentTraps {
  /** Adds copies, repetitions and sums to the logs that were just written for all of `responses`. */
  readonly plant: (home: string, responses: readonly SampleResponse[]) => Promise<void>;
  /** Does to the logs what the agent does after a while: archives, renames or compacts them. */
  readonly rotate?: (home: string, responses: readonly SampleResponse[]) => Promise<void>;
}

/** Counts that no total may contain. */
export const wrongCount = 987_654_321;

/** Returns the paths of the files below a directory that match, sorted; none if it does not exist. */
export async function findFiles(
  dir: string,
  matches: (path: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(matches)
    .sort();
}

export const readLines = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');

export async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
}

/** Replaces every line of a file by the lines that `edit` returns for it. */
export async function editLines(
  path: string,
  edit: (line: string, index: number) => readonly string[],
): Promise<void> {
  await writeLines(path, (await readLines(path)).flatMap(edit));
}

/** Returns the JSON of a line with other values of some of its keys. */
export const withFields = (line: string, fields: object): string =>
  JSON.stringify({ ...(JSON.parse(line) as object), ...fields });

/** Returns a text with all counts of a key replaced. */
export const withCount = (text: string, key: string, count: number): string =>
  text.replaceAll(
    new RegExp(`("${key}":\\s?)\\d+`, 'g'),
    (_, start: string) => start + String(count),
  );
