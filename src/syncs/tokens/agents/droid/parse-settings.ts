import { basename } from 'node:path';
import { sanitizePath } from '../../../../util/text.ts';
import type { Log, SkipReason, UsageRecord } from '../../usage-log/agent.ts';
import {
  parseJsonText,
  toCount,
  toFields,
  toId,
  toSanitizedText,
  toText,
  toTimeMs,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { readSideLines } from '../../usage-log/reading/side-lines.ts';

export const settingsSuffix = '.settings.json';

/**
 * Creates a parser for `<session>.settings.json` of Droid, which contains the running total of the session:
 *
 *     {"model":"gpt-5.5","providerLock":"openai","tokenUsage":{"inputTokens":1,"outputTokens":2,
 *      "cacheCreationTokens":3,"cacheReadTokens":4,"thinkingTokens":1},"inclusiveTokenUsage":{…}}
 *
 * The directory and the time of the last activity are in `<session>.jsonl` beside it. `inclusiveTokenUsage` contains
 * the sub-agents as well, which have files of their own. Droid is not open source; the format is that of
 * xiufengsun/TokenTracker#204 and of getagentseal/codeburn, src/providers/droid.ts. Some versions write no
 * `tokenUsage` (junhoyeo/tokscale#135): the usage of their sessions is unknown.
 */
export const createParser =
  () =>
  (log: Log, bytes: Buffer): readonly (UsageRecord | SkipReason)[] => [parseSettings(log, bytes)];

function parseSettings({ path }: Log, bytes: Buffer): UsageRecord | SkipReason {
  const settings = toFields(parseJsonText(bytes.toString()));
  if (settings === null) return 'json';
  const key = toId(basename(path, settingsSuffix));
  if (key === null) return 'id';
  const counts = toFields(settings['tokenUsage']);
  if (counts === null) return 'no-usage';
  const usage = toUsage({
    vendor: toText(settings['providerLock'])?.toLowerCase() ?? '',
    model: modelOf(settings['model']),
    input: toCount(counts['inputTokens']),
    output: outputOf(counts),
    cacheRead: toCount(counts['cacheReadTokens']),
    cacheWrite: toCount(counts['cacheCreationTokens']),
  });
  if (usage === null) return 'usage';
  const { project, timeMs } = readSession(path.replace(/\.settings\.json$/, '.jsonl'));
  return { key, timeMs, rank: 0, project, usage, extraUsages: [] };
}

/**
 * More thinking than output proves that it is not part of the output. Otherwise it may be, so that the output alone
 * is a lower bound.
 */
function outputOf(counts: Fields): number {
  const output = toCount(counts['outputTokens']);
  const thinking = toCount(counts['thinkingTokens']);
  return thinking > output || Number.isNaN(thinking) ? output + thinking : output;
}

/** Returns the last model of the session: `custom:GLM-5.1-[Proxy]-0` is `GLM-5.1`. */
function modelOf(value: unknown): string {
  const model = sanitizePath(toText(value) ?? '', 200)
    .replace(/^custom:/, '')
    .replace(/-?\[[^\]]*\](?:-\d+)?/g, '');
  return model === '' ? unknownModel : model;
}

/** Returns the directory that the session was started in, and the time of its last line; 0 if no line has one. */
function readSession(path: string): Pick<UsageRecord, 'project' | 'timeMs'> {
  const { first, last } = readSideLines(path);
  const project = toSanitizedText(toFields(parseJsonText(first[0] ?? ''))?.['cwd']);
  const timeMs = last.reduceRight(
    (found, line) => found || (toTimeMs(toFields(parseJsonText(line))?.['timestamp']) ?? 0),
    0,
  );
  return { project, timeMs };
}
