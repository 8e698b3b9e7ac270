import {
  nestedFields,
  parseJsonLine,
  toCount,
  toFields,
  toId,
  toText,
  toTimeMs,
  toUsage,
  type Fields,
} from '../../usage-log/fields.ts';
import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import { createTextDecoder, type DecodeText } from '../../usage-log/reading/text-decoder.ts';
import { createProjectLookup } from './project-lookup.ts';

/** The copy in lines is the later one. */
const rank = { document: 0, lines: 1 } as const;

interface Context {
  readonly project: string | null;
  readonly rank: number;
  readonly decodeText: DecodeText;
}

/**
 * Creates a parser for the lines of a chat: its header, messages, `{"$set":…}` and `{"$rewindTo":…}`.
 *
 * A message is appended again whenever it changes, and all messages are repeated in `$set.messages` when the
 * history is rewritten. The last tokens of an id count; `recordMessageTokens` sets them once, and no later
 * line without them removes them. A rewind drops messages from the chat, not their cost.
 *
 * Source: google-gemini/gemini-cli, packages/core/src/services/chatRecordingService.ts.
 */
export function createLineParser(): (log: Log) => LineParser {
  const decodeText = createTextDecoder();
  const findProject = createProjectLookup();
  return ({ path }) => {
    const context = { project: findProject(path), rank: rank.lines, decodeText };
    return {
      parse: (bytes, start, end) => {
        const value = parseJsonLine(bytes, start, end);
        if (value === undefined) return 'json';
        const line = toFields(value);
        if (line === null) return null;
        const messages = toFields(line['$set'])?.['messages'];
        return messages === undefined
          ? parseMessage(line, context)
          : [...parseMessages(messages, context)];
      },
    };
  };
}

/** Creates a parser for the chats of older versions: one JSON object with `messages`. */
export function createDocumentParser(): (log: Log, bytes: Buffer) => readonly ParsedEntry[] {
  const decodeText = createTextDecoder();
  const findProject = createProjectLookup();
  return ({ path }, bytes) => {
    const value = parseJsonLine(bytes, 0, bytes.length);
    if (value === undefined) return ['json'];
    const context = { project: findProject(path), rank: rank.document, decodeText };
    return [...parseMessages(toFields(value)?.['messages'], context)];
  };
}

function* parseMessages(messages: unknown, context: Context): Iterable<ParsedEntry> {
  if (!Array.isArray(messages)) return;
  for (const value of messages as readonly unknown[]) {
    const message = toFields(value);
    const entry = message && parseMessage(message, context);
    if (entry !== null) yield entry;
  }
}

/**
 * `input` contains cached tokens but not those of tool results, and `output` contains no thoughts: they are the
 * counts of the Gemini API. Gemini CLI does not report what was written to a cache.
 */
function parseMessage(message: Fields, { project, rank, decodeText }: Context): ParsedEntry | null {
  const { type, tokens } = message;
  if (type !== 'gemini' || tokens === undefined || tokens === null) return null;
  const counts = nestedFields(tokens);
  if (counts === null) return 'usage';
  const model = toText(message['model']);
  if (model === null) return 'model';
  const cached = toCount(counts['cached']);
  const usage = toUsage({
    vendor: 'google',
    model: decodeText(model),
    input: Math.max(0, toCount(counts['input']) - cached) + toCount(counts['tool']),
    output: toCount(counts['output']) + toCount(counts['thoughts']),
    cacheRead: cached,
    cacheWrite: 0,
  });
  if (usage === null) return 'usage';
  const timeMs = toTimeMs(message['timestamp']);
  if (timeMs === null) return 'timestamp';
  const key = toId(message['id']);
  if (key === null) return 'id';
  return { key, timeMs, rank, isRevision: true, project, usage, extraUsages: [] };
}
