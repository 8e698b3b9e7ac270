import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCostUsd,
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
import { readHeader } from '../../usage-log/reading/side-file.ts';
import {
  createTextDecoder,
  toDecodedText,
  type DecodeText,
} from '../../usage-log/reading/text-decoder.ts';

/** Texts of the lines with usage or with the model of later lines. */
export const sessionMarkers = ['"usage"', '"model_change"', '"model-snapshot"'];

interface Model {
  readonly vendor: string;
  readonly model: string;
}

export interface SessionOptions {
  /** Whether the directory in the header of a session is a project. */
  readonly hasProjects: boolean;
}

/**
 * Creates a parser for sessions in the format of Pi, versions 1 to 3. Everything that was billed is counted:
 * all branches, not only the active one, and besides assistant messages the nested calls of tools and the
 * summaries of compactions and branches. The messages in `retainedTail` of a compaction repeat earlier ones. A
 * file without the header of a session is a transcript that an extension copied, and is skipped.
 *
 * Source: earendil-works/pi, packages/coding-agent/docs/session-format.md.
 */
export const createSessionParser =
  ({ hasProjects }: SessionOptions) =>
  (): ((log: Log, state: unknown) => LineParser) => {
    const decodeText = createTextDecoder();
    return ({ path }, state) => {
      const header = readHeader(path);
      const project = hasProjects ? toDecodedText(header?.['cwd'], decodeText) : null;
      let current = modelOf(toFields(state) ?? {}, decodeText);
      return {
        parse: (bytes, start, end) => {
          if (header?.['type'] !== 'session') return null;
          const value = parseJsonLine(bytes, start, end);
          if (value === undefined) return 'json';
          const entry = toFields(value);
          if (entry === null) return null;
          const source = sourceOf(entry);
          if (source === null) return null;
          const own = modelOf(source.fields, decodeText);
          if (source.setsModel) current = own ?? current;
          return parseUsage(entry, {
            fields: source.fields,
            model: own ?? (source.inheritsModel ? current : { vendor: '', model: unknownModel }),
            project,
          });
        },
        state: () => current,
      };
    };
  };

/** The part of an entry that may contain a model and usage. */
interface EntrySource {
  readonly fields: Fields;
  /** Whether the entry changes the model of the session. */
  readonly setsModel: boolean;
  /** Whether an entry without a model used that of the session. */
  readonly inheritsModel: boolean;
}

/**
 * Compactions and branch summaries use the model of the session (agent-session.ts). The nested calls of a tool
 * may use any model, so theirs is unknown unless the message contains it.
 */
function sourceOf(entry: Fields): EntrySource | null {
  const { type } = entry;
  if (type === 'message') {
    const fields = toFields(entry['message']);
    const isAnswer = fields?.['role'] === 'assistant';
    if (fields === null || (!isAnswer && fields['role'] !== 'toolResult')) return null;
    return { fields, setsModel: isAnswer, inheritsModel: isAnswer };
  }
  if (type === 'compaction' || type === 'branch_summary') {
    return { fields: entry, setsModel: false, inheritsModel: true };
  }
  const isSnapshot = type === 'custom' && entry['customType'] === 'model-snapshot';
  const fields = type === 'model_change' ? entry : isSnapshot ? toFields(entry['data']) : null;
  return fields && { fields, setsModel: true, inheritsModel: false };
}

function modelOf(fields: Fields, decodeText: DecodeText): Model | null {
  const model = toText(fields['model']) ?? toText(fields['modelId']);
  if (model === null) return null;
  const vendor = toText(fields['provider']) ?? toText(fields['vendor']) ?? '';
  return { vendor: decodeText(vendor).toLowerCase(), model: decodeText(model) };
}

interface Context {
  readonly fields: Fields;
  readonly model: Model | null;
  readonly project: string | null;
}

/** Requests that failed or were aborted have no tokens. They and messages that no model wrote are not counted. */
function parseUsage(entry: Fields, { fields, model, project }: Context): ParsedEntry | null {
  const { usage: value } = fields;
  if (value === undefined || value === null) return null;
  const counts = nestedFields(value);
  if (counts === null) return 'usage';
  const input = toCount(counts['input']);
  const output = toCount(counts['output']);
  const cacheRead = toCount(counts['cacheRead']);
  const cacheWrite = toCount(counts['cacheWrite']);
  if (input + output + cacheRead + cacheWrite === 0) return null;
  const usage = toUsage({
    vendor: model?.vendor ?? '',
    model: model?.model ?? '',
    input,
    output,
    cacheRead,
    cacheWrite,
    cacheWrite1h: toCount(counts['cacheWrite1h']),
    reportedCostUsd: toCostUsd(toFields(counts['cost'])?.['total']),
  });
  if (usage === null) return 'usage';
  if (model === null) return 'model';
  const { timestamp } = entry;
  const timeMs = toTimeMs(timestamp) ?? toEpochMs(timestamp) ?? toEpochMs(fields['timestamp']);
  if (timeMs === null) return 'timestamp';
  // Forks and clones copy entries with their ids and times. Sessions of version 1 have no ids.
  const id = entry['id'] ?? '';
  const key =
    typeof id === 'string'
      ? toId([id, timeMs, input, output, cacheRead, cacheWrite].join(' '))
      : null;
  if (key === null) return 'id';
  return { key, timeMs, rank: 0, project, usage, extraUsages: [] };
}
