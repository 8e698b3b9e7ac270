import type { Fields } from '../../usage-log/fields.ts';
import { unqualifiedKey } from '../../usage-log/agent.ts';

export interface StoredContext {
  readonly model: string | null;
  readonly lines: readonly (readonly [uuid: string, key: string])[];
}

/** Lines of other side chains may be between those of a response. */
const maxLines = 16;

/** Facts from the earlier lines of a log that the meaning of a line depends on. */
export class LogContext {
  /** The model of the last response. */
  model: string | null;
  /** Keys of the last lines without a request id, by the id of the line. */
  private readonly lines: Map<string, string>;

  constructor(stored: StoredContext | null) {
    this.model = stored?.model ?? null;
    this.lines = new Map(stored?.lines);
  }

  toStored(): StoredContext | null {
    return this.model === null ? null : { model: this.model, lines: [...this.lines] };
  }

  /**
   * Returns the key of a line: the one of the line that it continues if both have the same message id and neither
   * has a request id. A response with user input in between is another one.
   */
  keyOf({ requestId, uuid, parentUuid }: Fields, ownKey: string): string {
    const id = unqualifiedKey(ownKey);
    if (requestId || typeof uuid !== 'string' || id === '') return ownKey;
    const before = typeof parentUuid === 'string' ? this.lines.get(parentUuid) : undefined;
    const isSame = before !== undefined && unqualifiedKey(before) === id;
    const key = isSame ? before : ownKey;
    this.lines.set(uuid, key);
    const [oldest] = this.lines.keys();
    if (this.lines.size > maxLines && oldest !== undefined) this.lines.delete(oldest);
    return key;
  }
}
