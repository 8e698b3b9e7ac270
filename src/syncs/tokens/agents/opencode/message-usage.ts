import { sanitizePath } from '../../../../util/text.ts';
import type { ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  toCostUsd,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toSanitizedText,
  toText,
  toUsage,
  type Fields,
} from '../../usage-log/fields.ts';

/** A step is a request; the tokens of a message are those of its last step. Version 2 repeats earlier messages. */
const rank = { version2: 0, message: 1, step: 2 } as const;

/**
 * Returns an entry per request of a message of an assistant: of its `step-finish` parts, or of the message if it has
 * none. `SessionProcessor` adds the cost of each step to the message, but replaces its tokens
 * (anomalyco/opencode, packages/opencode/src/session/processor.ts).
 *
 * A fork of a session copies the messages with new ids and the same content, including the time of creation
 * (session.ts, `fork`). So the content is the key: provider, model, time and counts.
 */
export function* messageEntries(
  message: Fields,
  steps: readonly Fields[],
  directory: string | null,
): Iterable<ParsedEntry> {
  if (message['role'] !== 'assistant') return;
  const context = {
    vendor: message['providerID'],
    model: message['modelID'],
    time: message['time'],
    project: directory ?? toText(toFields(message['path'])?.['cwd']),
  };
  if (steps.length === 0) {
    yield* requestEntry({ ...context, source: message, rank: rank.message, repetition: 0 });
    return;
  }
  const repetitions = new Map<string, number>();
  for (const source of steps) {
    const counts = JSON.stringify(source['tokens']);
    const repetition = repetitions.get(counts) ?? 0;
    repetitions.set(counts, repetition + 1);
    yield* requestEntry({ ...context, source, rank: rank.step, repetition });
  }
}

/** Returns the entry of a message of version 2, which is a request (packages/core/src/session/message.ts). */
export function version2Entries(message: Fields, directory: string | null): Iterable<ParsedEntry> {
  const model = toFields(message['model']);
  return requestEntry({
    vendor: model?.['providerID'],
    model: model?.['id'],
    time: message['time'],
    project: directory,
    source: message,
    rank: rank.version2,
    repetition: 0,
  });
}

interface Request {
  readonly vendor: unknown;
  readonly model: unknown;
  readonly time: unknown;
  readonly project: string | null;
  /** Contains `tokens` and `cost`. */
  readonly source: Fields;
  readonly rank: number;
  /** How many earlier steps of the message have the same counts. */
  readonly repetition: number;
}

function* requestEntry(request: Request): Iterable<ParsedEntry> {
  const tokens = toFields(request.source['tokens']);
  if (tokens === null) return;
  const cache = nestedFields(tokens['cache']);
  const input = toCount(tokens['input']);
  const cacheRead = toCount(cache?.['read']);
  const cacheWrite = toCount(cache?.['write']);
  const prompt = input + cacheRead + cacheWrite;
  const output = outputOf(tokens, prompt, request.rank);
  if (cache === null || !Number.isSafeInteger(prompt + output) || output < 0) {
    yield 'usage';
    return;
  }
  // An aborted request.
  if (prompt + output === 0) return;
  const model = toText(request.model);
  if (model === null) {
    yield 'model';
    return;
  }
  const timeMs = toEpochMs(toFields(request.time)?.['created']);
  if (timeMs === null) {
    yield 'timestamp';
    return;
  }
  const vendor = (toText(request.vendor) ?? '').toLowerCase();
  const counts = [
    input,
    toCount(tokens['output']),
    toCount(tokens['reasoning']),
    cacheRead,
    cacheWrite,
  ];
  const key = toId([vendor, model, timeMs, ...counts, request.repetition].join(' '));
  if (key === null) {
    yield 'id';
    return;
  }
  const cost = toCostUsd(request.source['cost']);
  const usage = toUsage({
    vendor,
    model: sanitizePath(model, 200),
    input,
    output,
    cacheRead,
    cacheWrite,
    // 0 for subscriptions, and for models whose price OpenCode does not know.
    reportedCostUsd: cost === 0 ? null : cost,
  });
  const project = toSanitizedText(request.project);
  if (usage === null) yield 'usage';
  else yield { key, timeMs, rank: request.rank, project, usage, extraUsages: [] };
}

/**
 * Returns all output with reasoning. The total of a request contains it once in all versions. Without a plausible total,
 * earlier versions may have reasoning in `output` and beside it: only more reasoning than output proves that it is not in
 * `output`; otherwise the result is a lower bound. Version 2 keeps it apart (packages/core, runner/usage.ts).
 */
function outputOf(tokens: Fields, prompt: number, requestRank: number): number {
  const output = toCount(tokens['output']);
  const reasoning = toCount(tokens['reasoning']);
  const total = toCount(tokens['total']);
  if (total >= prompt + output && total > 0) return total - prompt;
  return requestRank === rank.version2 || reasoning > output ? output + reasoning : output;
}
