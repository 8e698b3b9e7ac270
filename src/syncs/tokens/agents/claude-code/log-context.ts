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

  /** Whether the next lines may continue the chain of a response without a request id. */
  get hasChain(): boolean {
    return this.lines.size > 0;
  }

  /**
   * Returns the key of a line: the one of the line that it continues if both have the same message id and neither
   * has a request id. A response with user input in between is another one.
   */
  keyOf({ requestId, uuid, parentUuid }: Fields, ownKey: string): string {
    const id = unqualifiedKey(ownKey);
    if (requestId || id === '') return ownKey;
    const before = this.keyAt(parentUuid);
    const key = before !== undefined && unqualifiedKey(before) === id ? before : ownKey;
    this.setKey(uuid, key);
    return key;
  }

  /** Continues the chain of a response with a line that is not about usage, such as one of the system. */
  pass({ uuid, parentUuid }: Fields): void {
    const before = this.keyAt(parentUuid);
    if (before !== undefined) this.setKey(uuid, before);
  }

  private keyAt(uuid: unknown): string | undefined {
    return typeof uuid === 'string' ? this.lines.get(uuid) : undefined;
  }

  private setKey(uuid: unknown, key: string): void {
    if (typeof uuid !== 'string') return;
    this.lines.set(uuid, key);
    const [oldest] = this.lines.keys();
    if (this.lines.size > maxLines && oldest !== undefined) this.lines.delete(oldest);
  }
}
