import { fileURLToPath } from 'node:url';
import { sanitizePath } from '../../../../util/text.ts';
import type { Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toText,
  toTimeMs,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { createTextDecoder, type DecodeText } from '../../usage-log/reading/text-decoder.ts';

/** Distinguishes the records of the ledger of a thread from those of its messages. */
export const rank = { message: 0, ledger: 1 } as const;

interface Thread {
  readonly id: string;
  readonly project: string | null;
  readonly createdMs: number | null;
  readonly messages: readonly Fields[];
  readonly decodeText: DecodeText;
}

/**
 * Creates a parser for threads: one JSON object, rewritten with every message. The ledger in older threads and
 * the usage of messages are about the same responses, so messages count only in a thread without a ledger.
 *
 * Amp has no public source; the format is the one that ccusage reads (rust/adapters/amp).
 */
export function createThreadParser(): (log: Log, bytes: Buffer) => readonly ParsedEntry[] {
  const decodeText = createTextDecoder();
  return ({ path }, bytes) => {
    const value = parseJsonLine(bytes, 0, bytes.length);
    if (value === undefined) return ['json'];
    const fields = toFields(value);
    if (fields === null) return [];
    const thread = {
      id: toText(fields['id']) ?? path,
      project: projectOf(fields, decodeText),
      createdMs: toEpochMs(fields['created']),
      messages: fieldsIn(fields['messages']),
      decodeText,
    };
    const events = fieldsIn(toFields(fields['usageLedger'])?.['events']);
    return events.length > 0 ? [...parseLedger(events, thread)] : [...parseMessages(thread)];
  };
}

const fieldsIn = (value: unknown): readonly Fields[] =>
  Array.isArray(value)
    ? value.map((item: unknown) => toFields(item)).filter((fields) => fields !== null)
    : [];

/** Ids are strings or numbers. */
const idOf = (value: unknown, index: number): string | number =>
  typeof value === 'string' || typeof value === 'number' ? value : index;

/** The cache counts of an event are those of the message that it led to. */
function* parseLedger(events: readonly Fields[], thread: Thread): Iterable<ParsedEntry> {
  const caches = new Map(
    thread.messages.map(({ messageId, usage }) => [messageId, toFields(usage)]),
  );
  for (const [index, event] of events.entries()) {
    const counts = nestedFields(event['tokens']);
    const { toMessageId } = event;
    const cache = toMessageId === undefined ? null : (caches.get(toMessageId) ?? null);
    // Later events of the same message have no cache counts of their own.
    caches.delete(toMessageId);
    yield toEntry(thread, {
      key: ['ledger', thread.id, idOf(event['id'], index)].join(' '),
      rank: rank.ledger,
      timeMs: toTimeMs(event['timestamp']),
      model: event['model'],
      counts: counts && {
        input: counts['input'],
        output: counts['output'],
        cacheRead: cache?.['cacheReadInputTokens'],
        cacheWrite: cache?.['cacheCreationInputTokens'],
      },
    });
  }
}

/** A message without a time is as old as the message before it, else as the thread. */
function* parseMessages(thread: Thread): Iterable<ParsedEntry> {
  let timeMs = thread.createdMs;
  for (const [index, message] of thread.messages.entries()) {
    timeMs = toEpochMs(toFields(message['meta'])?.['sentAt']) ?? timeMs;
    const { usage } = message;
    if (usage === undefined || usage === null) continue;
    const counts = toFields(usage);
    timeMs = toTimeMs(counts?.['timestamp']) ?? toEpochMs(counts?.['timestamp']) ?? timeMs;
    yield toEntry(thread, {
      key: ['message', thread.id, idOf(message['messageId'], index)].join(' '),
      rank: rank.message,
      timeMs,
      model: counts?.['model'],
      counts: counts && {
        input: counts['inputTokens'],
        output: counts['outputTokens'],
        cacheRead: counts['cacheReadInputTokens'],
        cacheWrite: counts['cacheCreationInputTokens'],
      },
    });
  }
}

interface Inference {
  readonly key: string;
  readonly rank: number;
  readonly timeMs: number | null;
  readonly model: unknown;
  readonly counts: Readonly<
    Record<'input' | 'output' | 'cacheRead' | 'cacheWrite', unknown>
  > | null;
}

/** Threads of older versions contain no model. */
function toEntry(thread: Thread, { key, rank, timeMs, model, counts }: Inference): ParsedEntry {
  const usage =
    counts &&
    toUsage({
      vendor: '',
      model: thread.decodeText(toText(model) ?? unknownModel),
      input: toCount(counts.input),
      output: toCount(counts.output),
      cacheRead: toCount(counts.cacheRead),
      cacheWrite: toCount(counts.cacheWrite),
    });
  if (usage === null) return 'usage';
  if (timeMs === null) return 'timestamp';
  if (toId(key) === null) return 'id';
  return { key, timeMs, rank, project: thread.project, usage, extraUsages: [] };
}

/** Returns the first directory of the workspace. */
function projectOf(thread: Fields, decodeText: DecodeText): string | null {
  const initial = toFields(toFields(thread['env'])?.['initial']);
  const uri = toText(fieldsIn(initial?.['trees'])[0]?.['uri']);
  if (uri === null) return null;
  try {
    return sanitizePath(fileURLToPath(decodeText(uri)), 4096);
  } catch {
    // The workspace is not on this machine.
    return null;
  }
}
