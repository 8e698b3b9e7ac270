import { getOrInsert } from '../../../../util/collections.ts';
import { totalTokens } from '../../token-counts.ts';
import {
  qualifiedKey,
  type LineParser,
  type Log,
  type SkipReason,
  type Usage,
  type UsageRecord,
} from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCount,
  toFields,
  toId,
  toTimeMs,
  toUsage,
  type Fields,
} from '../../usage-log/fields.ts';
import { noUsages } from '../../usage-log/records/record-row.ts';
import { createTextDecoder, type DecodeText } from '../../usage-log/reading/text-decoder.ts';
import { LogContext, type StoredContext } from './log-context.ts';
import { startDir } from './start-dir.ts';

/** Also match keys of other objects, but nothing inside a string, where quotes are escaped. */
export const markers = ['"usage"', '"searchCount"'];

/** A side chain may repeat a response of the main chain with a larger prompt. */
const rank = { sideChain: 0, mainChain: 1 } as const;

/**
 * Creates a parser for the lines of Claude Code 1 and 2: UTF-8, one JSON object each. It skips what is not a
 * response of the API: user input, summaries and Claude Code's own `<synthetic>` messages.
 */
export function createParser(): (log: Log, state: unknown) => LineParser {
  const decodeText = createTextDecoder();
  return ({ logDir }, stored) => {
    const state = new LogContext(stored as StoredContext | null);
    const startDirs = new Map<string, string | null>();
    const projectOf = (cwd: string): string | null =>
      getOrInsert(startDirs, cwd, () => startDir(cwd, logDir ?? ''));
    return {
      parse: (bytes, start, end) => parseLine(bytes, start, end, { decodeText, projectOf, state }),
      needsNextLine: () => state.hasChain,
      state: () => state.toStored(),
    };
  };
}

interface Context {
  readonly decodeText: DecodeText;
  readonly projectOf: (cwd: string) => string | null;
  readonly state: LogContext;
}

function parseLine(
  bytes: Buffer,
  start: number,
  end: number,
  context: Context,
): UsageRecord | SkipReason | null {
  const value = parseJsonLine(bytes, start, end);
  if (value === undefined) {
    const text = bytes.subarray(start, end);
    return markers.some((marker) => text.includes(marker)) ? 'json' : null;
  }
  const line = toFields(value);
  if (line === null) return null;
  if (line['type'] === 'user') return parseSearches(line, context);
  const { decodeText, projectOf, state } = context;
  if (line['type'] !== 'assistant') state.pass(line);
  const entry = line['type'] === 'progress' ? echoedEntry(line) : line;
  if (entry?.['type'] !== 'assistant') return null;
  const message = toFields(entry['message']);
  const fields = toFields(message?.['usage']);
  if (message === null || fields === null || message['model'] === '<synthetic>') return null;

  const model = message['model'];
  if (typeof model !== 'string' || model === '') return 'model';
  const usage = readUsage(fields, decodeText(model), fields);
  const extraUsages = usage && readExtraUsages(fields, usage, decodeText);
  if (usage === null || extraUsages === null) return 'usage';
  const timeMs = toTimeMs(entry['timestamp'] ?? line['timestamp']);
  if (timeMs === null) return 'timestamp';
  const ownKey = keyOf(entry, message, usage);
  if (ownKey === null) return 'id';
  const key = state.keyOf(entry, ownKey);
  state.model = usage.model;
  const cwd = entry['cwd'] ?? line['cwd'];
  const isSideChain = entry !== line || line['isSidechain'] === true;
  return {
    key,
    timeMs,
    rank: isSideChain ? rank.sideChain : rank.mainChain,
    project: typeof cwd === 'string' ? projectOf(decodeText(cwd)) : null,
    usage,
    extraUsages,
  };
}

/** Returns the line of a sub-agent that a `progress` line of the main chain repeats. */
const echoedEntry = (line: Fields): Fields | null => toFields(toFields(line['data'])?.['message']);

/**
 * A response is identified by its message id. Some gateways write no request id, and one of them reuses a
 * message id for all responses: there the counts that do not grow during a response are part of the key.
 * Without a message id the request id is the key, else the id of the line.
 */
function keyOf(line: Fields, message: Fields, usage: Usage): string | null {
  const requestId = line['requestId'] || null;
  const messageId = message['id'] || null;
  const id = toId(messageId ?? requestId ?? line['uuid']);
  if (id === null) return null;
  // Never the same as a message id.
  if (messageId === null) return qualifiedKey('', id);
  if (requestId !== null) return id;
  const { input, cacheWrite5m, cacheWrite1h, cacheRead } = usage;
  return qualifiedKey(id, input, cacheWrite5m + cacheWrite1h, cacheRead);
}

/**
 * The searches of the tool WebSearch are only in its result, and they are billed. The tokens of the model that
 * searches are in no log.
 */
function parseSearches(
  line: Fields,
  { decodeText, projectOf, state }: Context,
): UsageRecord | SkipReason | null {
  const webSearches = toCount(toFields(line['toolUseResult'])?.['searchCount']);
  if (webSearches === 0) return null;
  if (Number.isNaN(webSearches)) return 'usage';
  const { model } = state;
  if (model === null) return 'model';
  const timeMs = toTimeMs(line['timestamp']);
  if (timeMs === null) return 'timestamp';
  const id = toId(line['uuid']);
  if (id === null) return 'id';
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const usage = toUsage({ vendor: 'anthropic', model, ...tokens });
  if (usage === null) return 'usage';
  const cwd = line['cwd'];
  return {
    key: qualifiedKey('', 'search', id),
    timeMs,
    rank: rank.mainChain,
    project: typeof cwd === 'string' ? projectOf(decodeText(cwd)) : null,
    usage: { ...usage, webSearches },
    extraUsages: noUsages,
  };
}

/** Returns null if a count is not an exact whole number. Region and tier are those of the `response`. */
function readUsage(fields: Fields, model: string, response: Fields): Usage | null {
  const writes = nestedFields(fields['cache_creation']);
  const tools = nestedFields(fields['server_tool_use']);
  if (writes === null || tools === null) return null;
  const cacheWrite = toCount(fields['cache_creation_input_tokens']);
  const cacheWrite1h = toCount(writes['ephemeral_1h_input_tokens']);
  const usage = {
    vendor: 'anthropic',
    model,
    isFast: fields['speed'] === 'fast',
    isUs: response['inference_geo'] === 'us',
    isBatch: response['service_tier'] === 'batch',
    reportedCostUsd: null,
    input: toCount(fields['input_tokens']),
    output: toCount(fields['output_tokens']),
    // Five minutes is the default, so it applies to tokens that are missing from the breakdown.
    cacheWrite5m: Math.max(toCount(writes['ephemeral_5m_input_tokens']), cacheWrite - cacheWrite1h),
    cacheWrite1h,
    cacheRead: toCount(fields['cache_read_input_tokens']),
    webSearches: toCount(tools['web_search_requests']),
  };
  return Number.isNaN(totalTokens(usage) + usage.webSearches) ? null : usage;
}

/** `message` iterations are part of the totals already; advisors and compactions are billed in addition. */
function readExtraUsages(
  fields: Fields,
  usage: Usage,
  decodeText: Context['decodeText'],
): readonly Usage[] | null {
  const iterations = fields['iterations'] ?? noUsages;
  if (!Array.isArray(iterations)) return null;
  if (iterations.length === 0) return noUsages;
  const extraUsages: Usage[] = [];
  for (const value of iterations as readonly unknown[]) {
    const iteration = toFields(value);
    const type = iteration?.['type'];
    if (iteration === null || (type !== 'advisor_message' && type !== 'compaction')) continue;
    const ownModel = type === 'advisor_message' ? iteration['model'] : null;
    const model =
      typeof ownModel === 'string' && ownModel !== '' ? decodeText(ownModel) : usage.model;
    const extra = readUsage(iteration, model, fields);
    if (extra === null) return null;
    extraUsages.push(type === 'compaction' ? { ...extra, isFast: usage.isFast } : extra);
  }
  return extraUsages;
}
