import { dirname, join } from 'node:path';
import { getOrInsert } from '../../../../util/collections.ts';
import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  parseJsonLine,
  toCount,
  toFields,
  toId,
  toText,
  toTimeMs,
  type Fields,
} from '../../usage-log/fields.ts';
import { readHeader, readSideDir } from '../../usage-log/reading/side-file.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';
import { rank } from './parse-chat.ts';
import { qwenUsage } from './qwen-usage.ts';

/**
 * Creates a parser for the ledger of a month: a line per response of the API. Its counts are those of the
 * provider, as in chats. The project of a response is that of the chat of its session.
 *
 * Source: QwenLM/qwen-code, packages/core/src/services/tokenUsageService.ts (`TokenUsageRecord`).
 */
export function createLedgerParser(): (log: Log) => LineParser {
  const decodeText = createTextDecoder();
  const chatsByDir = new Map<string, ReadonlyMap<string, string>>();
  const projects = new Map<string, string | null>();
  return ({ path }) => {
    const qwenDir = dirname(dirname(path));
    const projectOf = (session: string): string | null =>
      getOrInsert(projects, join(qwenDir, session), () => {
        const chats = getOrInsert(chatsByDir, qwenDir, findChats);
        const chat = chats.get(`${session}.jsonl`);
        return chat === undefined ? null : toDecodedText(readHeader(chat)?.['cwd'], decodeText);
      });
    return {
      parse: (bytes, start, end) => {
        const value = parseJsonLine(bytes, start, end);
        if (value === undefined) return 'json';
        const line = toFields(value);
        return line?.['schemaVersion'] === 1 ? parseLine(line, projectOf, decodeText) : null;
      },
    };
  };
}

function parseLine(
  line: Fields,
  projectOf: (session: string) => string | null,
  decodeText: DecodeText,
): ParsedEntry {
  const model = toText(line['model']);
  if (model === null) return 'model';
  const usage = qwenUsage({
    model: decodeText(model),
    prompt: toCount(line['inputTokens']),
    cached: toCount(line['cachedTokens']),
    output: toCount(line['outputTokens']),
    total: toCount(line['totalTokens']),
  });
  if (usage === null) return 'usage';
  const timeMs = toTimeMs(line['timestamp']);
  if (timeMs === null) return 'timestamp';
  const session = toId(line['sessionId']);
  const id = toId(line['id']);
  const key = session === null || id === null ? null : toId(ledgerKey(session, id));
  if (session === null || key === null) return 'id';
  const project = projectOf(session);
  return { key, timeMs, rank: rank.ledger, project, usage, extraUsages: [] };
}

const ledgerKey = (session: string, id: string): string => `${session} ${id}`;

/** Returns the session of a record of the ledger. */
export const sessionOf = (key: string): string => key.slice(0, key.lastIndexOf(' '));

/** Returns the paths of all chats by file name. */
function findChats(qwenDir: string): ReadonlyMap<string, string> {
  const dirs = readSideDir(join(qwenDir, 'projects')).map((name) =>
    join(qwenDir, 'projects', name, 'chats'),
  );
  return new Map(dirs.flatMap((dir) => readSideDir(dir).map((name) => [name, join(dir, name)])));
}
