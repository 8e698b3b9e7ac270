import type { LineParser, Log, SkipReason, UsageRecord } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toFields,
  toId,
  toText,
  toTimeMs,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { noUsages } from '../../usage-log/records/record-row.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';
import { compactionIdOf, lineTypeOf, type LineType } from './line-type.ts';
import { newState, rank, type RolloutState } from './rollout-state.ts';
import {
  addUsage,
  growthOf,
  isSameUsage,
  isZero,
  readTokenUsage,
  type TokenUsage,
} from './token-usage.ts';

type RecordKind =
  | { readonly rank: typeof rank.tokenCount; readonly total: TokenUsage | null }
  | { readonly rank: typeof rank.response; readonly id: string };

const maxRecent = 8;
const vendor = 'openai';

/**
 * Creates a parser for the rollouts of Codex (openai/codex, `codex-rs/protocol/src/protocol.rs` and
 * `codex-rs/rollout`): one JSON object per line, of which few are about usage. `token_count` repeats the running
 * total of the thread and, as `last_token_usage`, its growth; newer versions also write a `token_usage_record` for
 * every response. Both become records: `excludeRows` decides which of them count.
 */
export function createParser(): (log: Log, state: unknown) => LineParser {
  const decodeText = createTextDecoder();
  return ({ path }, stored) => {
    const rollout = new Rollout(decodeText, (stored as RolloutState | null) ?? newState(path));
    return {
      parse: (bytes, start, end) => {
        const type = lineTypeOf(bytes, start, end);
        if (type === null) return null;
        if (type === 'compacted') return rollout.addCompaction(compactionIdOf(bytes, start, end));
        const value = parseJsonLine(bytes, start, end);
        if (value === undefined) return 'json';
        const line = toFields(value);
        const payload = toFields(line?.['payload']);
        return line === null || payload === null ? null : rollout.addLine(type, line, payload);
      },
      state: () => rollout.state,
    };
  };
}

class Rollout {
  readonly state: RolloutState;
  private readonly decodeText: DecodeText;

  constructor(decodeText: DecodeText, state: RolloutState) {
    this.decodeText = decodeText;
    this.state = { ...state, recent: state.recent.map((response) => ({ ...response })) };
  }

  addLine(
    type: Exclude<LineType, 'compacted'>,
    line: Fields,
    payload: Fields,
  ): UsageRecord | SkipReason | null {
    this.state.startMs ??= toTimeMs(line['timestamp']);
    switch (type) {
      case 'token_count':
        return this.addTokenCount(line, payload);
      case 'token_usage_record':
        return this.addResponse(line, payload);
      case 'session_meta':
        this.readHeader(payload);
        return null;
      case 'turn_context':
        this.state.model = this.textOf(payload['model']) ?? this.state.model;
        this.state.cwd = this.textOf(payload['cwd']) ?? this.state.cwd;
        return null;
      case 'thread_settings_applied':
        this.readSettings(toFields(payload['thread_settings']));
        return null;
      case 'task_started':
        this.state.tokenCountsBeforeTurn = this.state.tokenCounts;
        return null;
      case 'inter_agent_communication':
      case 'inter_agent_communication_metadata':
        // The first task of a sub-agent; the turn that it starts is the first one that is not copied.
        if (payload['trigger_turn'] === true && this.state.parentId !== null) {
          this.state.copied ??= this.state.tokenCountsBeforeTurn;
        }
        return null;
    }
  }

  /** The lines of a compaction repeat the history, so that they are never parsed. */
  addCompaction(id: string | null): null {
    if (id === null) return null;
    const response = this.state.recent.find((recent) => recent.id === id);
    // A compaction by the model itself is part of the running total, one by the server is not.
    if (response?.isInTotal !== true) this.state.compactions = [...this.state.compactions, id];
    return null;
  }

  private readHeader(payload: Fields): void {
    const { state } = this;
    // A copied history contains the header of the parent as well.
    if (state.hasHeader) return;
    const source = toFields(payload['source']);
    const spawn = toFields(toFields(source?.['subagent'])?.['thread_spawn']);
    const historyStart = payload['subagent_history_start_ordinal'];
    state.hasHeader = true;
    state.threadId = toText(payload['id']) ?? state.threadId;
    state.parentId = toText(payload['forked_from_id']) ?? toText(spawn?.['parent_thread_id']);
    state.cwd = this.textOf(payload['cwd']);
    if (typeof historyStart !== 'number') return;
    state.historyStart = historyStart;
    state.copied = 0;
  }

  private readSettings(settings: Fields | null): void {
    const tier = settings?.['service_tier'];
    // Settings without the key leave the tier unchanged.
    if (tier === undefined) return;
    const isStandard = tier === null || tier === 'default' || tier === 'standard';
    this.state.tier = isStandard ? null : (this.textOf(tier) ?? 'unknown');
  }

  private addTokenCount(line: Fields, payload: Fields): UsageRecord | SkipReason | null {
    const info = nestedFields(payload['info']);
    const total = readTokenUsage(info?.['total_token_usage']);
    const last = readTokenUsage(info?.['last_token_usage']);
    if (info === null || total === 'invalid') return 'usage';
    const { total: previous } = this.state;
    // Rate limits are reported with an unchanged total.
    if (total !== null && previous !== null && isSameUsage(total, previous)) return null;
    if (last === 'invalid') {
      this.state.total = total;
      return 'usage';
    }
    const sum = last === null || previous === null ? (last ?? previous) : addUsage(previous, last);
    this.state.total = total ?? sum;
    const usage = last ?? this.growthTo(total, previous);
    if (usage === null || isZero(usage)) return null;
    for (const recent of this.state.recent) recent.isInTotal ||= isSameUsage(recent.usage, usage);
    const record = this.toRecord(line, usage, { rank: rank.tokenCount, total });
    if (typeof record !== 'string') {
      this.state.tokenCounts += 1;
      if (this.isCopied(line)) this.state.copied = this.state.tokenCounts;
    }
    return record;
  }

  /** The first total of a thread with a parent may be that of the parent. */
  private growthTo(total: TokenUsage | null, previous: TokenUsage | null): TokenUsage | null {
    if (total === null) return null;
    if (previous !== null) return growthOf(total, previous);
    return this.state.parentId === null ? total : null;
  }

  private addResponse(line: Fields, payload: Fields): UsageRecord | SkipReason | null {
    const { state } = this;
    const threadId = payload['thread_id'] ?? state.threadId;
    if (threadId !== state.threadId || this.isCopied(line)) return null;
    const usage = readTokenUsage(payload['usage']);
    if (usage === 'invalid' || usage === null) return 'usage';
    const id = toId(payload['response_id']);
    if (id === null) return 'id';
    if (isZero(usage)) return null;
    state.recent.push({ id, usage, isInTotal: false });
    if (state.recent.length > maxRecent) state.recent.shift();
    return this.toRecord(line, usage, { rank: rank.response, id });
  }

  private isCopied({ ordinal }: Fields): boolean {
    const { historyStart } = this.state;
    return historyStart !== null && typeof ordinal === 'number' && ordinal < historyStart;
  }

  private toRecord(line: Fields, counts: TokenUsage, kind: RecordKind): UsageRecord | SkipReason {
    const { cwd, tier } = this.state;
    const { input, cached, written, output } = counts;
    const model = this.state.model ?? unknownModel;
    const timeMs = toTimeMs(line['timestamp']);
    if (timeMs === null) return 'timestamp';
    const isFast = tier === 'priority' || tier === 'fast';
    const usage = toUsage({
      vendor,
      // Other tiers have prices of their own, which the price table does not contain.
      model: tier === null || isFast ? model : `${model}-${tier}`,
      isFast,
      input: Math.max(0, input - cached - written),
      output,
      cacheRead: cached,
      cacheWrite: written,
    });
    if (usage === null) return 'usage';
    return {
      key: kind.rank === rank.response ? kind.id : keyOf(timeMs, model, kind.total, counts),
      timeMs,
      rank: kind.rank,
      project: cwd,
      usage,
      extraUsages: noUsages,
    };
  }

  private textOf(value: unknown): string | null {
    return toDecodedText(value, this.decodeText);
  }
}

/** Returns the key of a running total, which has no id. */
function keyOf(timeMs: number, model: string, total: TokenUsage | null, usage: TokenUsage): string {
  const { input, cached, written, output } = usage;
  // `join` takes several times as long.
  const counts = `${String(input)} ${String(cached)} ${String(written)} ${String(output)}`;
  return `${String(timeMs)} ${model.slice(0, 80)} ${counts} ${String(total?.total ?? '')}`;
}
