import { basename } from 'node:path';
import type { Log, ParsedEntry, Usage } from '../../usage-log/agent.ts';
import {
  parseJsonLine,
  toCostUsd,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toSanitizedText,
  toText,
  toTimeMs,
  toUsage,
  uncachedInput,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { readSideJson } from '../../usage-log/reading/side-file.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';

export const messagesSuffix = '.messages.json';

/** Returns the key of the total of a session. */
export const totalKey = (session: string): string => `${session} total`;

interface Session {
  readonly id: string;
  /** The content of `<session>.json`; empty if it is missing. */
  readonly manifest: Fields;
  readonly project: string | null;
  readonly provider: string;
  readonly model: string | null;
  readonly decodeText: DecodeText;
}

/**
 * Creates a parser for `<session>.messages.json`: `{"messages":[{"id","role":"assistant","ts","modelInfo":{"id",
 * "provider"},"metrics":{"inputTokens","outputTokens","cacheReadTokens","cacheWriteTokens","cost"}}]}`. Model and directory
 * are in `<session>.json` beside it.
 *
 * A session whose messages have no metrics counts with `metadata.usage`, never with `aggregateUsage`: that contains the
 * sub-agents, which have sessions of their own. Messages with the provider `unknown` are those of a task of Cline 3 that
 * was resumed; one of them has the total of the task, which is counted for Cline.
 *
 * Source: cline/cline, sdk/packages/core/src/session/models/session-manifest.ts, sdk/packages/shared/src/llms/messages.ts
 * and apps/vscode/src/sdk/legacy-task-handling.ts.
 */
export function createParser(): (log: Log, bytes: Buffer) => readonly ParsedEntry[] {
  const decodeText = createTextDecoder();
  return ({ path }, bytes) => {
    const value = parseJsonLine(bytes, 0, bytes.length);
    if (value === undefined) return ['json'];
    const messages = toFields(value)?.['messages'];
    if (!Array.isArray(messages)) return [];
    const manifest = readSideJson(path.replace(/\.messages\.json$/, '.json')) ?? {};
    const session = {
      id: basename(path, messagesSuffix),
      manifest,
      project: toSanitizedText(manifest['workspace_root']) ?? toSanitizedText(manifest['cwd']),
      provider: toSanitizedText(manifest['provider']) ?? '',
      model: toSanitizedText(manifest['model']),
      decodeText,
    };
    const entries = (messages as readonly unknown[]).flatMap(
      (message) => parseMessage(toFields(message), session) ?? [],
    );
    if (entries.length > 0) return entries;
    const total = parseTotal(session);
    return total === null ? [] : [total];
  };
}

function parseMessage(message: Fields | null, session: Session): ParsedEntry | null {
  if (message?.['role'] !== 'assistant') return null;
  const { metrics } = message;
  if (metrics === undefined || metrics === null) return null;
  const modelInfo = toFields(message['modelInfo']);
  const provider = toDecodedText(modelInfo?.['provider'], session.decodeText) ?? session.provider;
  if (provider === 'unknown') return null;
  const model = toDecodedText(modelInfo?.['id'], session.decodeText) ?? session.model;
  if (model === null) return 'model';
  const usage = parseMetrics(toFields(metrics), { vendor: provider.toLowerCase(), model });
  if (usage === null) return 'usage';
  const timeMs = toEpochMs(message['ts']) ?? toTimeMs(session.manifest['started_at']);
  if (timeMs === null) return 'timestamp';
  // A forked session has copies of the messages with their ids and times.
  const key = toId(toText(message['id']) && `${String(message['id'])} ${String(timeMs)}`);
  if (key === null) return 'id';
  return toRecord(key, timeMs, usage, session);
}

/** Returns the total of a session in its manifest, at its end; null if it has none. */
function parseTotal(session: Session): ParsedEntry | null {
  const { manifest, provider, model } = session;
  const total = toFields(toFields(manifest['metadata'])?.['usage']);
  if (total === null) return null;
  const usage = parseMetrics(
    { ...total, cost: total['totalCost'] },
    { vendor: provider.toLowerCase(), model: model ?? unknownModel },
  );
  if (usage === null) return 'usage';
  const timeMs = toTimeMs(manifest['ended_at']) ?? toTimeMs(manifest['started_at']);
  if (timeMs === null) return 'timestamp';
  const key = toId(totalKey(session.id));
  return key === null ? 'id' : toRecord(key, timeMs, usage, session);
}

const toRecord = (
  key: string,
  timeMs: number,
  usage: Usage,
  { project }: Session,
): ParsedEntry => ({
  ...{ key, timeMs, rank: 0, isRevision: true },
  ...{ project, usage, extraUsages: [] },
});

/** `inputTokens` is the complete input, cached tokens included (sdk/packages/core/src/services/agent-events.ts). */
function parseMetrics(
  metrics: Fields | null,
  { vendor, model }: { readonly vendor: string; readonly model: string },
): Usage | null {
  if (metrics === null) return null;
  const cacheRead = toCount(metrics['cacheReadTokens']);
  const cacheWrite = toCount(metrics['cacheWriteTokens']);
  return toUsage({
    ...{ vendor, model, cacheRead, cacheWrite },
    input: uncachedInput(toCount(metrics['inputTokens']), cacheRead + cacheWrite),
    output: toCount(metrics['outputTokens']),
    reportedCostUsd: toCostUsd(metrics['cost']),
  });
}
