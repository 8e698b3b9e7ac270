const typeKey = Buffer.from('"type"');
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;

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

/**
 * Returns the type of a line that usage depends on, that of the payload for an `event_msg`; null for any other
 * line. Only the start of the line is read: most bytes of large logs are in lines that never need to be parsed.
 */
export function lineTypeOf(bytes: Buffer, start: number, end: number): LineType | null {
  const limit = Math.min(end, start + maxDistance);
  const first = typeAfter(bytes, start, limit);
  if (first === null) return null;
  const type = first.type === 'event_msg' ? typeAfter(bytes, first.end, end)?.type : first.type;
  return lineTypes.find((known) => known === type) ?? null;
}

/** Returns the value of the first key `type`. */
function typeAfter(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly type: string; readonly end: number } | null {
  const key = bytes.indexOf(typeKey, start);
  if (key === -1 || key >= end) return null;
  let at = key + typeKey.length;
  while (at < end && (bytes[at] === colon || bytes[at] === space)) at += 1;
  if (bytes[at] !== quote) return null;
  const close = bytes.indexOf(quote, at + 1);
  if (close === -1 || close >= end) return null;
  return { type: bytes.toString('latin1', at + 1, close), end: close };
}

const compactionKey = Buffer.from('"compaction_response_id"');
const backslash = 0x5c;
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
