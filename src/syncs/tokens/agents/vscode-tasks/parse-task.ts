import { basename, dirname } from 'node:path';
import type { Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  parseJsonLine,
  toCostUsd,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toText,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { createTextDecoder, type DecodeText } from '../../usage-log/reading/text-decoder.ts';
import { readModelUsage, readProject, type ModelUse } from './task-files.ts';

export interface TaskRules {
  /** Whether the `tokensIn` of a request contains tokens that were read from the cache or written to it. */
  readonly inputContainsCache: (request: TaskRequest) => boolean;
}

export interface TaskRequest {
  readonly timeMs: number;
  /** The provider in lower case; empty if it is unknown. */
  readonly provider: string;
  /** Of Roo Code. */
  readonly apiProtocol: unknown;
}

/** `api_req_started` is one request; the others are sums of requests that are in no other message. */
const kindsWithUsage: ReadonlySet<unknown> = new Set([
  'api_req_started',
  'deleted_api_reqs',
  'subagent_usage',
]);
const countNames = ['tokensIn', 'tokensOut', 'cacheReads', 'cacheWrites'];

/**
 * Creates a parser for `ui_messages.json` of a task: an array of
 *
 *     {"ts":1764000000000,"type":"say","say":"api_req_started","text":"{\"tokensIn\":1,\"tokensOut\":2,…}"}
 *
 * The text of a request is written without counts first; the last text counts. A cancelled request counts with what it
 * has. When a range of messages is deleted, Cline adds `deleted_api_reqs` with the sum of its requests; it counts at the
 * time of the message before it, since its own time is that of the deletion. `subagent_usage` is the sum of sub-agents,
 * which have no tasks of their own.
 *
 * Sources: cline/cline, src/shared/getApiMetrics.ts and src/core/task/; RooCodeInc/Roo-Code,
 * packages/core/src/message-utils/consolidateTokenUsage.ts. A task is the same in every directory, and a request is
 * identified by the task and its time.
 */
export function createParser(
  rules: TaskRules,
): (log: Log, bytes: Buffer) => readonly ParsedEntry[] {
  const decodeText = createTextDecoder();
  return ({ path }, bytes) => {
    const messages = parseJsonLine(bytes, 0, bytes.length);
    if (messages === undefined) return ['json'];
    if (!Array.isArray(messages)) return [];
    const dir = dirname(path);
    const task = {
      id: basename(dir),
      project: readProject(dir),
      models: readModelUsage(dir),
      decodeText,
      rules,
    };
    let previousMs: number | null = null;
    const entries: ParsedEntry[] = [];
    for (const value of messages as readonly unknown[]) {
      const message = toFields(value);
      if (message === null) continue;
      const entry = parseMessage(message, previousMs, task);
      if (entry !== null) entries.push(entry);
      previousMs = toEpochMs(message['ts']) ?? previousMs;
    }
    return entries;
  };
}

/** Requests that are in `deleted_api_reqs` are no longer in the messages. */
export const sumsRemoved = (bytes: Buffer): boolean =>
  bytes.includes('deleted_api_reqs') && Array.isArray(parseJsonLine(bytes, 0, bytes.length));

interface Task {
  readonly id: string;
  readonly project: string | null;
  readonly models: readonly ModelUse[];
  readonly decodeText: DecodeText;
  readonly rules: TaskRules;
}

function parseMessage(message: Fields, previousMs: number | null, task: Task): ParsedEntry | null {
  const { type, say, text } = message;
  if (type !== 'say' || !kindsWithUsage.has(say) || typeof text !== 'string') return null;
  const request = parseRequest(text);
  if (request === null) return 'json';
  if (countNames.every((name) => request[name] === undefined || request[name] === null))
    return null;
  const ownMs = toEpochMs(message['ts']);
  if (ownMs === null) return 'timestamp';
  const timeMs = say === 'deleted_api_reqs' ? (previousMs ?? ownMs) : ownMs;
  const { vendor, model } = modelOf(message, timeMs, task);
  const cacheRead = toCount(request['cacheReads']);
  const cacheWrite = toCount(request['cacheWrites']);
  const tokensIn = toCount(request['tokensIn']);
  const { apiProtocol } = request;
  // More cached tokens than input prove that the input does not contain them.
  const containsCache =
    cacheRead + cacheWrite <= tokensIn &&
    task.rules.inputContainsCache({ timeMs, provider: vendor, apiProtocol });
  const usage = toUsage({
    vendor,
    model,
    input: containsCache ? tokensIn - cacheRead - cacheWrite : tokensIn,
    output: toCount(request['tokensOut']),
    cacheRead,
    cacheWrite,
    reportedCostUsd: toCostUsd(request['cost']),
  });
  if (usage === null) return 'usage';
  const key = toId(`${task.id} ${String(ownMs)} ${String(say)}`);
  if (key === null) return 'id';
  return { key, timeMs, rank: 0, isRevision: true, project: task.project, usage, extraUsages: [] };
}

function parseRequest(text: string): Fields | null {
  try {
    return toFields(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Returns the model of a message, else the one that the task used at that time. Roo Code and Kilo Code name none. */
function modelOf(
  message: Fields,
  timeMs: number,
  { models, decodeText }: Task,
): { readonly vendor: string; readonly model: string } {
  const info = toFields(message['modelInfo']);
  const model = toText(info?.['modelId']);
  if (model !== null) {
    const vendor = decodeText(toText(info?.['providerId']) ?? '').toLowerCase();
    return { vendor, model: decodeText(model) };
  }
  const use = models.findLast(({ sinceMs }) => sinceMs <= timeMs) ?? models[0];
  return use ?? { vendor: '', model: unknownModel };
}
