import type { Counts } from '../token-counts.ts';
import type { AgentName } from '../../../schema/agent-names.ts';
import type { System } from '../../../system/system.ts';
import type { LogDatabase } from './database/log-database.ts';
import type { RecordTable } from './records/record-table.ts';

/**
 * A coding agent that leaves logs of its token usage on this machine. Everything that differs between agents
 * is here; finding changed logs, reading them, removing duplicates, prices and days are the same for all.
 */
export interface Agent {
  /** Its source in `tokens.json` and in the history, and its key in `tokens.agents` of the configuration. */
  readonly name: AgentName;
  /** Returns the directories that the agent writes its logs to, in the order of preference. */
  readonly locations: (context: LocationContext) => readonly Location[];
  /**
   * Returns the name of the directory below a root that holds the logs of a project: `logDir` in
   * `tokens.json`. A record without a project belongs to that of the other logs in its directory. Null if the
   * agent has no such directories.
   */
  readonly logDirOf: ((project: string) => string) | null;
  /**
   * Whether a record is all usage of a session so far instead of one response: its key is the id of the session,
   * its time the last activity (0 if the log does not name it). Days then contain the growth between runs.
   */
  readonly runningTotals?: true;
  /** Whether the logs contain costs and no token counts: those of records are 0, and null in `tokens.json`. */
  readonly lacksTokens?: true;
  /** The first format that recognises a file is the one that it is read with. */
  readonly formats: readonly LogFormat[];
  /**
   * Returns the rows of the records that don't count for a reason that is not in the record itself, such as
   * history that a log has copied from another one. Called with all logs that were ever read, so that the order
   * of reading does not matter.
   */
  readonly excludeRows?: (logs: readonly LogRows[], records: RecordTable) => Iterable<number>;
}

/** A log and its records. */
export interface LogRows {
  readonly path: string;
  /** Whether the log still exists. */
  readonly isPresent: boolean;
  /** The `state` that the parser of its lines returned. */
  readonly parserState: unknown;
  /** In the order of the log. */
  readonly rows: readonly number[];
}

export interface LocationContext {
  /** The configured directories, as absolute paths. They override the default locations unless empty. */
  readonly directories: readonly string[];
  readonly system: Pick<System, 'env' | 'home' | 'platform'>;
}

/** A directory that may contain logs. */
export interface Location {
  /** The directory as a user knows it, for messages: that of the agent. */
  readonly path: string;
  /** The directory to search, which may be one inside `path`. */
  readonly root: string;
  /** How many levels of directories below `root` contain logs; all of them by default. */
  readonly depth?: number;
}

/** How the logs of an agent are read. */
export type LogFormat = LineFormat | DocumentFormat | DatabaseFormat;

interface FormatBase {
  /** Whether a file below a root is a log of this format. `dir` is the path of its directory. */
  readonly isLog: (fileName: string, dir: string) => boolean;
}

/** A log that only grows, one record per line: after a change only the new lines are read. */
export interface LineFormat extends FormatBase {
  readonly type: 'lines';
  /** A compressed log does not grow: after a change all of it is read. */
  readonly compression?: 'zstd';
  /** Whether a log is about several projects, so that a record without a project does not belong to that of others. */
  readonly mixesProjects?: boolean;
  /** A line that contains none of these texts is skipped without being decoded. Empty if the parser selects the lines. */
  readonly markers: readonly string[];
  /** Called once per thread; the result is called once per log. */
  readonly createParser: () => (log: Log, state: unknown) => LineParser;
}

/** A log that is rewritten in place: after a change all of it is read. Its earlier records are retained. */
export interface DocumentFormat extends FormatBase {
  readonly type: 'document';
  /** Larger logs are reported and not read. */
  readonly maxBytes: number;
  /** Whether a log contains the sum of records that were removed from it: earlier records are then dropped. */
  readonly sumsRemoved?: (bytes: Buffer) => boolean;
  /** Called once per thread; the result is called once per log. */
  readonly createParser: () => (log: Log, bytes: Buffer) => Iterable<ParsedEntry>;
}

/** A record, or the reason why an entry with usage was skipped. */
export type ParsedEntry = UsageRecord | SkipReason;

/**
 * An SQLite database. After a change only the new rows are read; the records of earlier runs are retained. Needs a
 * version of Node.js with `node:sqlite`.
 */
export interface DatabaseFormat extends FormatBase {
  readonly type: 'database';
  /**
   * Called once per thread; the result is called once per log. Yields null for a row that is not about usage, so that
   * reading many of them can be interrupted. Throws `unknownSchema` if the tables are not those of the agent.
   */
  readonly createReader: () => (log: Log, database: LogDatabase) => Iterable<ParsedEntry | null>;
}

export interface LineParser {
  /** Parses the line between two offsets. Returns null for a line that is not about usage. */
  readonly parse: (
    bytes: Buffer,
    start: number,
    end: number,
  ) => ParsedEntry | readonly ParsedEntry[] | null;
  /** Whether the next line has to be parsed even if it contains no marker. */
  readonly needsNextLine?: () => boolean;
  /** Returns what the parser needs to continue when the log has grown, such as the last running total. */
  readonly state?: () => unknown;
}

/** The reason why a line or entry with usage was not counted, as a stable word: a key of `warnings`. */
export type SkipReason = string;

/** A log file, as its records refer to it. */
export interface Log {
  readonly path: string;
  /** The first directory below the root; null if the agent has no directories of projects. */
  readonly logDir: string | null;
}

/** The record of one response of a model in a log. */
export interface UsageRecord {
  /**
   * Identity of the response over all logs of the agent. A single one of the records with one key counts; see
   * `forEachResponse`. Up to 200 characters without line breaks. `qualifiedKey` distinguishes responses that
   * may share an id.
   */
  readonly key: string;
  readonly timeMs: number;
  /** From 0 to 15. A higher rank takes precedence among the records with one key. */
  readonly rank: number;
  /** Whether the record replaces an earlier one with its key in the same log, even if that is larger. */
  readonly isRevision?: boolean;
  /** The directory that the agent was started in, if the record contains it. */
  readonly project: string | null;
  readonly usage: Usage;
  /** Further calls that are billed with the response but not part of `usage`. */
  readonly extraUsages: readonly Usage[];
}

/** The token counts of one call of a model, and what its price depends on. */
export interface Usage extends Counts {
  /** The vendor that the log names, in any spelling; empty if it names none. See `pricing/model-ids.ts`. */
  readonly vendor: string;
  readonly model: string;
  /** Fast mode of Anthropic, priority processing of OpenAI. */
  readonly isFast: boolean;
  /** Inference was restricted to the United States. */
  readonly isUs: boolean;
  /** A batch, or flex processing of OpenAI, which has the price of a batch. */
  readonly isBatch: boolean;
  /** In US dollars; counts only where the model has no known price. */
  readonly reportedCostUsd: number | null;
}

const separator = '\t';

/**
 * Returns a key that is `id` and some qualifiers. The record counts on its own, unless a record with the
 * unqualified key exists: then both are about the same response.
 */
export const qualifiedKey = (id: string, ...qualifiers: readonly (string | number)[]): string =>
  [id, ...qualifiers].join(separator);

/** Returns a key without its qualifiers. */
export function unqualifiedKey(key: string): string {
  const end = key.indexOf(separator);
  return end === -1 ? key : key.slice(0, end);
}

/** Returns the format of a log of an agent. */
export const formatOf = (
  { formats }: Pick<Agent, 'formats'>,
  fileName: string,
  dir: string,
): LogFormat | undefined => formats.find(({ isLog }) => isLog(fileName, dir));
