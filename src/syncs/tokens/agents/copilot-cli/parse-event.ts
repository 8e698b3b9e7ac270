import { basename, dirname, join } from 'node:path';
import type { LineFormat, LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  parseJsonLine,
  toCount,
  toFields,
  toId,
  toSanitizedText,
  toTimeMs,
  type Fields,
} from '../../usage-log/fields.ts';
import { readSideText } from '../../usage-log/reading/side-file.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';
import { copilotUsage } from './copilot-usage.ts';

/** The totals of a shutdown include the messages before it. */
export const rank = { message: 0, shutdown: 1 } as const;

/** Input, output, cache read and cache write: totals of a session. */
type Totals = readonly [number, number, number, number];

interface State {
  readonly cwd: string | null;
  readonly model: string | null;
  /** By model, since the start of the session or its last compaction. */
  readonly totals: ReadonlyMap<string, Totals>;
}

const noTotals: ReadonlyMap<string, Totals> = new Map();
const initialState: State = { cwd: null, model: null, totals: noTotals };

/**
 * Creates a parser of `session-state/<session>/events.jsonl` of Copilot CLI: {`type`, `timestamp`, `data`}. A shutdown
 * reports the totals of a session by model, over all times it was resumed; what they have grown by is counted. A
 * session that was not shut down has no counts but the output of its messages.
 */
export const createParser: LineFormat['createParser'] = () => {
  const decodeText = createTextDecoder();
  return (log, state) => new EventParser(log, state as State | null, decodeText);
};

class EventParser implements LineParser {
  private readonly log: Log;
  private readonly session: string;
  private readonly decodeText: DecodeText;
  private current: State;

  constructor(log: Log, state: State | null, decodeText: DecodeText) {
    this.log = log;
    this.session = basename(dirname(log.path));
    this.decodeText = decodeText;
    this.current = state ?? initialState;
  }

  state(): State {
    return this.current;
  }

  parse(bytes: Buffer, start: number, end: number): readonly ParsedEntry[] | ParsedEntry | null {
    const value = parseJsonLine(bytes, start, end);
    if (value === undefined) return 'json';
    const event = toFields(value);
    const data = toFields(event?.['data']);
    if (event === null || data === null) return null;
    switch (event['type']) {
      case 'session.start':
      case 'session.resume': {
        const cwd = this.textOf(toFields(data['context'])?.['cwd']) ?? this.current.cwd;
        const model = this.textOf(data['selectedModel']) ?? this.current.model;
        this.current = { ...this.current, cwd, model };
        return null;
      }
      case 'session.model_change':
        this.current = { ...this.current, model: this.textOf(data['newModel']) };
        return null;
      case 'session.compaction_complete':
        if (data['success'] === true) this.current = { ...this.current, totals: noTotals };
        return null;
      case 'assistant.message':
        return this.messageEntry(event, data);
      case 'session.shutdown':
        return this.shutdownEntries(event, toFields(data['modelMetrics']) ?? {});
      default:
        return null;
    }
  }

  private messageEntry(event: Fields, data: Fields): ParsedEntry | null {
    const output = toCount(data['outputTokens']);
    if (output === 0) return null;
    const model = this.textOf(data['model']) ?? this.current.model;
    const key = `message ${this.session} ${String(data['messageId'] ?? event['id'])}`;
    return this.entry(event, { key, model, totals: [0, output, 0, 0], rank: rank.message });
  }

  private shutdownEntries(event: Fields, metrics: Fields): readonly ParsedEntry[] {
    const entries: ParsedEntry[] = [];
    const known = new Map(this.current.totals);
    for (const [name, value] of Object.entries(metrics)) {
      const usage = toFields(toFields(value)?.['usage']);
      if (usage === null) continue;
      const totals: Totals = [
        toCount(usage['inputTokens']),
        toCount(usage['outputTokens']),
        toCount(usage['cacheReadTokens']),
        toCount(usage['cacheWriteTokens']),
      ];
      const growth = growthOf(totals, this.current.totals.get(name));
      if (growth.every((count) => count === 0)) continue;
      const key = `shutdown ${this.session} ${String(event['timestamp'])} ${name}`;
      const model = this.textOf(name);
      const entry = this.entry(event, { key, model, totals: growth, rank: rank.shutdown });
      entries.push(entry);
      if (typeof entry === 'string') continue;
      known.set(name, totals);
    }
    this.current = { ...this.current, totals: known };
    return entries;
  }

  private entry(
    event: Fields,
    {
      key,
      model,
      totals,
      rank: recordRank,
    }: { key: string; model: string | null; totals: Totals; rank: number },
  ): ParsedEntry {
    const [allInput, output, cacheRead, cacheWrite] = totals;
    const usage = copilotUsage({ model, allInput, output, cacheRead, cacheWrite });
    if (usage === null) return 'usage';
    const timeMs = toTimeMs(event['timestamp']);
    if (timeMs === null) return 'timestamp';
    const id = toId(key);
    if (id === null) return 'id';
    return { key: id, timeMs, rank: recordRank, project: this.project(), usage, extraUsages: [] };
  }

  private project(): string | null {
    const cwd = this.current.cwd ?? workspaceCwd(this.log.path);
    if (cwd !== this.current.cwd) this.current = { ...this.current, cwd };
    return cwd;
  }

  private textOf(value: unknown): string | null {
    return toDecodedText(value, this.decodeText);
  }
}

/** Returns the growth of totals. Smaller totals are those of a new count, which starts at 0. */
function growthOf(totals: Totals, previous: Totals = [0, 0, 0, 0]): Totals {
  const [a, b, c, d] = totals;
  const [w, x, y, z] = previous;
  const isSmaller = a < w || b < x || c < y || d < z;
  return isSmaller ? totals : [a - w, b - x, c - y, d - z];
}

/** Returns `cwd` of the `workspace.yaml` beside the events, which has a `key: value` per line. */
function workspaceCwd(path: string): string | null {
  const text = readSideText(join(dirname(path), 'workspace.yaml'));
  return toSanitizedText(/^cwd:\s*(["']?)(.+)\1\s*$/m.exec(text ?? '')?.[2]);
}
