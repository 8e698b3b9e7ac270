import { createTextDecoder } from './text.ts';

/** What one call of a model used. An answer of Claude Code is one call, now and then a few more. */
export interface Call {
  readonly model: string;
  readonly isFast: boolean;
  readonly isUs: boolean;
  readonly isBatch: boolean;
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  readonly webSearches: number;
}

/** What a line of a log says about a response of the API. */
export interface UsageLine {
  /** What all lines about one response share. */
  readonly key: string;
  readonly timeMs: number;
  /** Told by a sub-agent, or about one: it may repeat what the main chain says. */
  readonly isSideChain: boolean;
  readonly cwd: string | null;
  readonly call: Call;
  /** Calls inside of the response that its own numbers leave out: an advisor's, and compactions. */
  readonly extraCalls: readonly Call[];
}

/** What is wrong with a line that should tell of a response. */
export type LineProblem = 'json' | 'usage' | 'model' | 'timestamp' | 'id';

export type LineParser = (
  bytes: Buffer,
  start: number,
  end: number,
) => UsageLine | LineProblem | null;

type Fields = Readonly<Record<string, unknown>>;

const idForm = /^[^\t\n]{1,200}$/;
// The century keeps days within what a date can say, in every time zone.
const timeForm = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const noCalls: readonly Call[] = [];

/**
 * Makes a parser of log lines (UTF-8, one JSON object each, as Claude Code 1 and 2 write them). Null is a
 * line that tells of no response: user input, a summary, Claude Code's own `<synthetic>` messages.
 *
 * What a line says is checked by hand, as strictly as a schema would: zod took 5 µs a line and more, a third
 * on top of JSON.parse.
 */
export function createLineParser(): LineParser {
  const decodeText = createTextDecoder();
  return (bytes, start, end) => {
    const hasByteOrderMark = bytes[start] === 0xef && bytes[start + 1] === 0xbb;
    let line: unknown;
    try {
      // Latin-1 is by far the cheapest to decode; of the few texts that are kept, most are ASCII.
      line = JSON.parse(bytes.toString('latin1', hasByteOrderMark ? start + 3 : start, end));
    } catch {
      return 'json';
    }
    return readLine(line, decodeText);
  };
}

function readLine(
  value: unknown,
  decodeText: (latin1: string) => string,
): UsageLine | LineProblem | null {
  const line = fieldsOf(value);
  if (line === null) return null;
  const told = line['type'] === 'progress' ? echoedLine(line) : line;
  if (told?.['type'] !== 'assistant') return null;
  const message = fieldsOf(told['message']);
  const usage = fieldsOf(message?.['usage']);
  if (message === null || usage === null || message['model'] === '<synthetic>') return null;

  const model = message['model'];
  if (typeof model !== 'string' || model === '') return 'model';
  const call = readCall(usage, decodeText(model), usage);
  const extraCalls = call && readExtraCalls(usage, call, decodeText);
  if (call === null || extraCalls === null) return 'usage';
  const timestamp = told['timestamp'] ?? line['timestamp'];
  if (typeof timestamp !== 'string' || !timeForm.test(timestamp)) return 'timestamp';
  const timeMs = Date.parse(timestamp);
  if (Number.isNaN(timeMs)) return 'timestamp';
  const key = keyOf(told, message, call);
  if (key === null) return 'id';
  const cwd = told['cwd'] ?? line['cwd'];
  return {
    key,
    timeMs,
    isSideChain: told !== line || line['isSidechain'] === true,
    cwd: typeof cwd === 'string' ? decodeText(cwd) : null,
    call,
    extraCalls,
  };
}

/** The line of a sub-agent that a `progress` line of the main chain repeats. */
function echoedLine(line: Fields): Fields | null {
  return fieldsOf(fieldsOf(line['data'])?.['message']);
}

/**
 * A response is known by its message id. Some gateways write no request id, and one of them gives the same
 * message id to everything: there the tokens that do not grow while an answer is written tell responses
 * apart. The tab sets such keys apart from ids. Without any message id a line is known by what else it has.
 */
function keyOf(line: Fields, message: Fields, call: Call): string | null {
  const requestId = line['requestId'] || null;
  const id = message['id'] || null;
  const known = id ?? requestId ?? line['uuid'];
  if (typeof known !== 'string' || !idForm.test(known)) return null;
  if (id === null) return `\t${known}`;
  if (requestId !== null) return known;
  const { input, cacheWrite5m, cacheWrite1h, cacheRead } = call;
  return [known, input, cacheWrite5m + cacheWrite1h, cacheRead].join('\t');
}

/** `where` carries the terms of the call. Null when a count is not a whole number that can be told exactly. */
function readCall(usage: Fields, model: string, where: Fields): Call | null {
  const split = nested(usage['cache_creation']);
  const tools = nested(usage['server_tool_use']);
  if (split === null || tools === null) return null;
  const cacheWrite = count(usage['cache_creation_input_tokens']);
  const cacheWrite1h = count(split['ephemeral_1h_input_tokens']);
  const told5m = count(split['ephemeral_5m_input_tokens']);
  const call = {
    model,
    isFast: usage['speed'] === 'fast',
    isUs: where['inference_geo'] === 'us',
    isBatch: where['service_tier'] === 'batch',
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    // What the split leaves open was written for five minutes.
    cacheWrite5m: Math.max(told5m, cacheWrite - cacheWrite1h),
    cacheWrite1h,
    cacheRead: count(usage['cache_read_input_tokens']),
    webSearches: count(tools['web_search_requests']),
  };
  return Number.isNaN(promptTokens(call) + call.output + call.webSearches) ? null : call;
}

/** Messages are in the sum of the response already; advisors and compactions are billed on top. */
function readExtraCalls(
  usage: Fields,
  call: Call,
  decodeText: (latin1: string) => string,
): readonly Call[] | null {
  const iterations = usage['iterations'] ?? noCalls;
  if (!Array.isArray(iterations)) return null;
  if (iterations.length === 0) return noCalls;
  const calls: Call[] = [];
  for (const value of iterations as readonly unknown[]) {
    const iteration = fieldsOf(value);
    const type = iteration?.['type'];
    if (iteration === null || (type !== 'advisor_message' && type !== 'compaction')) continue;
    const own = type === 'advisor_message' ? iteration['model'] : null;
    const model = typeof own === 'string' && own !== '' ? decodeText(own) : call.model;
    const extra = readCall(iteration, model, usage);
    if (extra === null) return null;
    calls.push(type === 'compaction' ? { ...extra, isFast: call.isFast } : extra);
  }
  return calls;
}

/** All tokens that went in, by whatever way. */
export const promptTokens = (call: Call): number =>
  call.input + call.cacheWrite5m + call.cacheWrite1h + call.cacheRead;

/** A count of tokens; absent and null are 0 (they mean that none were used), NaN is no count at all. */
function count(value: unknown): number {
  if (value === undefined || value === null) return 0;
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : NaN;
}

const nothing: Fields = {};

/** An object that may be absent or null; null is something else in its place. */
const nested = (value: unknown): Fields | null =>
  value === undefined || value === null ? nothing : fieldsOf(value);

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
