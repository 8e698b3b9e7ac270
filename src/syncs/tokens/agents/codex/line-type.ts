import { isAt } from '../../usage-log/reading/line-reader.ts';

const backslash = 0x5c;
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;
const typeKey = Buffer.from('"type"');

/** The type is among the first keys; anything further behind is in a payload. */
const maxDistance = 512;

const lineTypes = [
  'session_meta',
  'turn_context',
  'token_usage_record',
  'compacted',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'token_count',
  'thread_settings_applied',
  'task_started',
] as const;
export type LineType = (typeof lineTypes)[number];

const eventType = Buffer.from('"event_msg"');
const typeValues = lineTypes.map((type) => ({ type, value: Buffer.from(`"${type}"`) }));

/**
 * Returns the type of a line that usage depends on, that of the payload for an `event_msg`; null for any other
 * line. Only the start of the line is read: most bytes of large logs are in lines that never need to be parsed.
 */
export function lineTypeOf(bytes: Buffer, start: number, end: number): LineType | null {
  let at = typeIn(bytes, start, Math.min(end, start + maxDistance));
  if (at === -1) return null;
  if (isAt(bytes, at, eventType)) at = typeIn(bytes, at + eventType.length, end);
  if (at === -1) return null;
  for (const { type, value } of typeValues) if (isAt(bytes, at, value)) return type;
  return null;
}

/** Returns the offset of the value of the first key `type`, or -1. */
function typeIn(bytes: Buffer, start: number, end: number): number {
  // The calls of `indexOf` for a text so close take longer.
  for (let key = start; key < end; key += 1) {
    if (bytes[key] !== quote || !isAt(bytes, key, typeKey)) continue;
    let at = key + typeKey.length;
    while (at < end && (bytes[at] === colon || bytes[at] === space)) at += 1;
    return at < end ? at : -1;
  }
  return -1;
}

const compactionKey = Buffer.from('"compaction_response_id"');
const headBytes = 4096;
const tailBytes = 65_536;

/**
 * Returns the id of the response that compacted the history, null if the line has none. Only the start and the
 * end of the line are searched: the megabytes in between are the history.
 */
export function compactionIdOf(bytes: Buffer, start: number, end: number): string | null {
  const tail = Math.max(start, end - tailBytes);
  return (
    compactionIdIn(bytes, tail, end) ??
    compactionIdIn(bytes, start, Math.min(tail, start + headBytes))
  );
}

function compactionIdIn(bytes: Buffer, start: number, end: number): string | null {
  const part = bytes.subarray(start, end);
  const key = part.lastIndexOf(compactionKey);
  // In the text of a message the quote is escaped.
  if (key < 1 || part[key - 1] === backslash) return null;
  let at = key + compactionKey.length;
  while (part[at] === colon || part[at] === space) at += 1;
  const close = part.indexOf(quote, at + 1);
  return part[at] !== quote || close === -1 ? null : part.toString('latin1', at + 1, close);
}
