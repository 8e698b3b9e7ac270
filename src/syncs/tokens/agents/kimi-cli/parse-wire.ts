import type { LineParser, Log, ParsedEntry } from '../../usage-log/agent.ts';
import {
  nestedFields,
  parseJsonLine,
  toCount,
  toEpochMs,
  toFields,
  toId,
  toText,
  toUsage,
  unknownModel,
  type Fields,
} from '../../usage-log/fields.ts';
import { createProjectLookup } from './project-lookup.ts';

/**
 * Creates a parser for the messages between the loop of the agent and its user interface. A `StatusUpdate` with
 * usage follows every step. The steps of a sub-agent are in its own log and again, as `SubagentEvent`, in the
 * log of its parent; a fork copies all lines. The id of the message is the same in all of them.
 *
 * Source: MoonshotAI/kimi-cli, src/kimi_cli/wire/types.py and subagents/runner.py.
 */
export function createWireParser(): (log: Log) => LineParser {
  const findProject = createProjectLookup();
  return (log) => {
    const project = findProject(log);
    return {
      parse: (bytes, start, end) => {
        const value = parseJsonLine(bytes, start, end);
        return value === undefined ? 'json' : parseLine(toFields(value), project);
      },
    };
  };
}

/** A status of the loop, and whether a sub-agent that has its own log wrote it. */
interface Status {
  readonly fields: Fields;
  readonly isInOwnLog: boolean;
}

function parseLine(line: Fields | null, project: string | null): ParsedEntry | null {
  const status = findStatus(toFields(line?.['message']));
  const value = status?.fields['token_usage'];
  if (line === null || status === null || value === undefined || value === null) return null;
  const counts = nestedFields(value);
  if (counts === null) return 'usage';
  const usage = toUsage({
    vendor: '',
    model: unknownModel,
    input: toCount(counts['input_other']),
    output: toCount(counts['output']),
    cacheRead: toCount(counts['input_cache_read']),
    cacheWrite: toCount(counts['input_cache_creation']),
  });
  if (usage === null) return 'usage';
  const timeMs = toEpochMs(Number(line['timestamp'] ?? NaN) * 1000);
  if (timeMs === null) return 'timestamp';
  const messageId = toText(status.fields['message_id']);
  // Without an id it can't be recognised as the step in the log of the sub-agent.
  if (messageId === null && status.isInOwnLog) return null;
  const { input, output, cacheRead, cacheWrite5m } = usage;
  const key = toId(messageId ?? [timeMs, input, output, cacheRead, cacheWrite5m].join(' '));
  if (key === null) return 'id';
  return { key, timeMs, rank: 0, project, usage, extraUsages: [] };
}

/** Only versions that write a log for each sub-agent give its id in `SubagentEvent`. */
function findStatus(message: Fields | null, isInOwnLog = false): Status | null {
  const fields = toFields(message?.['payload']);
  if (fields === null) return null;
  if (message?.['type'] === 'StatusUpdate') return { fields, isInOwnLog };
  if (message?.['type'] !== 'SubagentEvent') return null;
  return findStatus(toFields(fields['event']), isInOwnLog || toText(fields['agent_id']) !== null);
}
