import type { Workspace } from '../../config/workspace.ts';
import type { System } from '../../system/system.ts';
import type { Diagnostic } from '../../util/diagnostic.ts';
import type { Message } from '../message.ts';

/** Throws `UserError`, with code `timeout` if the message may have arrived and another code if it has not. */
export type Send = (message: Message, signal: AbortSignal) => Promise<void>;

export interface ChannelContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** Returns the text, or the secret that `$NAME` refers to; reports and returns null if it is not set. */
  readonly resolveSecret: (key: string, text: string) => string | null;
  /** Like `resolveSecret`; also reports and returns null for an invalid URL. */
  readonly resolveUrl: (key: string, text: string) => string | null;
  /** Reports and returns false if other users can write the configuration, so it may not name programs. */
  readonly requireTrustedConfig: () => boolean;
}

/** One way to send messages. `Options` is the value of its key in `notify`, without undefined and false. */
export interface ChannelType<Options> {
  /** Returns null if a secret is missing or the configuration is not trusted. */
  readonly create: (options: Options, context: ChannelContext) => Send | null;
  /** Returns the texts that are secret, or refer to secrets. */
  readonly secretTexts?: (options: Options) => readonly string[];
  /** Whether the next run sends again what certainly did not arrive. */
  readonly isRetriedByNextRun: boolean;
  /** For `doctor`: reports what the machine lacks. */
  readonly check?: (system: System) => Promise<readonly Diagnostic[]>;
}
