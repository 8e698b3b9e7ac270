import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCount,
  toFields,
  toId,
  toText,
  toTimeMs,
  type Fields,
} from '../../usage-log/fields.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';
import { qwenUsage } from './qwen-usage.ts';

/** A response that `/branch` copied to another session yields to the original. */
export const rank = { copy: 0, chat: 1, ledger: 2 } as const;

/** The sessions that the responses of a chat belong to. */
export interface ChatState {
  readonly session: string | null;
  /** The session that copied responses come from. */
  readonly origin: string | null;
}

interface Context {
  readonly isCopy: boolean;
  readonly decodeText: DecodeText;
}

/**
 * Creates a parser for the records of a session. Assistant records with `usageMetadata` are responses;
 * `ui_telemetry` records, of type `system`, are about the same ones. `/branch` copies records with their `uuid` to
 * a new session and adds `forkedFrom`.
 *
 * Source: QwenLM/qwen-code, packages/core/src/services/chatRecordingService.ts (`ChatRecord`).
 */
export function createChatParser(): (log: Log, state: unknown) => LineParser {
  const decodeText = createTextDecoder();
  return (_, previous) => {
    let state = (previous as ChatState | null) ?? { session: null, origin: null };
    return {
      parse: (bytes, start, end) => {
        const value = parseJsonLine(bytes, start, end);
        if (value === undefined) return 'json';
        const line = toFields(value);
        if (line?.['type'] !== 'assistant') return null;
        const origin = toText(toFields(line['forkedFrom'])?.['sessionId']);
        state = {
          session: state.session ?? toText(line['sessionId']),
          origin: state.origin ?? origin,
        };
        return parseResponse(line, { isCopy: origin !== null, decodeText });
      },
      state: () => state,
    };
  };
}

function parseResponse(line: Fields, { isCopy, decodeText }: Context): ParsedEntry | null {
  const value = line['usageMetadata'];
  if (value === undefined || value === null) return null;
  const counts = nestedFields(value);
  if (counts === null) return 'usage';
  const model = toText(line['model']);
  if (model === null) return 'model';
  const usage = qwenUsage({
    model: decodeText(model),
    prompt: toCount(counts['promptTokenCount']),
    cached: toCount(counts['cachedContentTokenCount']),
    output: toCount(counts['candidatesTokenCount']),
    total: toCount(counts['totalTokenCount']),
  });
  if (usage === null) return 'usage';
  const timeMs = toTimeMs(line['timestamp']);
  if (timeMs === null) return 'timestamp';
  const key = toId(line['uuid']);
  if (key === null) return 'id';
  return {
    ...{ key, timeMs, usage, extraUsages: [] },
    rank: isCopy ? rank.copy : rank.chat,
    project: toDecodedText(line['cwd'], decodeText),
  };
}
