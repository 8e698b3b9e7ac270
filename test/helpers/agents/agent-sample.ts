import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AgentName } from '../../../src/schema/agent-names.ts';
import { groupBy } from '../../../src/util/collections.ts';

/** Writes the logs of an agent in the form of the agent itself, for the tests that all agents share. */
export interface AgentSample {
  readonly name: AgentName;
  /** A model that the agent uses, with a known price. */
  readonly model: string;
  /** The directory below the home directory that `tokens.agents.<name>.directories` takes. */
  readonly directory: string;
  /** Text can be damaged by the tests; the damage of a database is tested by the agent itself. */
  readonly content: 'lines' | 'document' | 'database';
  /** Whether the logs contain only the total of a session, so that a day has the growth between runs. */
  readonly runningTotals?: true;
  /** Whether counts are in JSON texts inside of the JSON of the log. */
  readonly isNested?: true;
  /** Counts that the logs do not contain. Counts are then 0 in the responses that are passed to `write`. */
  readonly lacks: readonly (
    'project' | 'cacheWrite' | 'cacheRead' | 'input' | 'output' | 'model'
  )[];
  /**
   * Writes the logs that the agent would have left after these responses to its default location on Linux
   * below `home`. Called again with more responses at the end, it leaves what the agent would: lines are
   * appended, documents rewritten, rows inserted.
   */
  readonly write: (home: string, responses: readonly SampleResponse[]) => Promise<void>;
}

/** A response of a model. `input` excludes tokens that were read from the cache or written to it. */
export interface SampleResponse {
  readonly id: string;
  readonly session: string;
  readonly timeMs: number;
  readonly model: string;
  readonly project: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Writes a file and its directories. */
export async function writeLogFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Writes a file with a line per JSON value. */
export const writeJsonLines = (path: string, lines: readonly object[]): Promise<void> =>
  writeLogFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** Returns the responses of each session, in order. */
export const bySession = (
  responses: readonly SampleResponse[],
): ReadonlyMap<string, readonly SampleResponse[]> => groupBy(responses, ({ session }) => session);
