import { dirname, join } from 'node:path';
import { getOrInsert } from '../../../../util/collections.ts';
import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toSanitizedText,
  toText,
  toUsage,
  type Fields,
} from '../../usage-log/fields.ts';
import { readHeader, readSideJson } from '../../usage-log/reading/side-file.ts';
import { createTextDecoder } from '../../usage-log/reading/text-decoder.ts';

interface Model {
  readonly vendor: string;
  readonly model: string;
}

/** What later lines of a log refer to. */
interface WireState {
  /** The model of the last request by its alias in the configuration of Kimi Code. */
  readonly models: ReadonlyMap<string, Model>;
  /** The number of usage records so far. */
  readonly count: number;
}

const noState: WireState = { models: new Map(), count: 0 };

/**
 * Creates a parser for the records of an agent or sub-agent. Each `usage.record` is a response; the usage in
 * `step.end` repeats it. Its model is an alias, and the `llm.request` before it contains the real one. Usage of a
 * sub-agent is in its own log only. A fork copies the records with their times.
 *
 * Source: MoonshotAI/kimi-code, packages/agent-core/src/agent/records/types.ts and agent/usage/index.ts.
 */
export function createWireParser(): (log: Log, state: unknown) => LineParser {
  const decodeText = createTextDecoder();
  const projects = new Map<string, string | null>();
  return ({ path }, previous) => {
    const sessionDir = dirname(dirname(dirname(path)));
    const project = getOrInsert(projects, sessionDir, readProject);
    const createdMs = toEpochMs(readHeader(path)?.['created_at']);
    const { models: known, count } = (previous as WireState | null) ?? noState;
    // A copy, because a log that can't be read to its end is read again from the previous state.
    const state = { models: new Map(known), count };
    return {
      parse: (bytes, start, end) => {
        const value = parseJsonLine(bytes, start, end);
        if (value === undefined) return 'json';
        const line = toFields(value);
        if (line?.['type'] === 'llm.request') {
          const model = toText(line['model']);
          if (model === null) return null;
          const vendor = decodeText(toText(line['provider']) ?? '').toLowerCase();
          const alias = toText(line['modelAlias']) ?? model;
          state.models.set(alias, { vendor, model: decodeText(model) });
          return null;
        }
        if (line?.['type'] !== 'usage.record') return null;
        state.count += 1;
        const alias = toText(line['model']);
        if (alias === null) return 'model';
        const model = state.models.get(alias) ?? { vendor: '', model: decodeText(alias) };
        return parseUsage(line, { model, project, createdMs, count: state.count });
      },
      state: () => state,
    };
  };
}

interface Context {
  readonly model: Model;
  readonly project: string | null;
  readonly createdMs: number | null;
  readonly count: number;
}

/** A record without a time is from the start of its session, and its position identifies it. */
function parseUsage(line: Fields, { model, project, createdMs, count }: Context): ParsedEntry {
  const counts = nestedFields(line['usage']);
  if (counts === null) return 'usage';
  const input = toCount(counts['inputOther']);
  const output = toCount(counts['output']);
  const cacheRead = toCount(counts['inputCacheRead']);
  const cacheWrite = toCount(counts['inputCacheCreation']);
  const usage = toUsage({ ...model, input, output, cacheRead, cacheWrite });
  if (usage === null) return 'usage';
  const ownMs = toEpochMs(line['time']);
  const timeMs = line['time'] === undefined ? createdMs : ownMs;
  if (timeMs === null) return 'timestamp';
  const position = ownMs === null ? [count] : [];
  const key = toId([timeMs, input, output, cacheRead, cacheWrite, ...position].join(' '));
  if (key === null) return 'id';
  return { key, timeMs, rank: 0, project, usage, extraUsages: [] };
}

const readProject = (sessionDir: string): string | null =>
  toSanitizedText(readSideJson(join(sessionDir, 'state.json'))?.['workDir']);
