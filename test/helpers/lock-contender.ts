import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LockEvent } from '../../src/lock/index.ts';
import type { LockState } from '../../src/lock/state.ts';
import type { Workspace } from '../../src/config/workspace.ts';

const script = resolve(import.meta.dirname, 'lock-contender.mjs');
const builtLock = resolve(import.meta.dirname, '../../node_modules/.cache/lock.cjs');
/** proper-lockfile alone, for comparison. */
export const plainLock = resolve(import.meta.dirname, 'plain-lock.mjs');

/** A message of a contender. */
export type Message =
  | { readonly type: 'ready' | 'done' | 'released' }
  | {
      readonly type: 'held';
      readonly stage: string;
      /** How much later than `startAt` it started. */
      readonly delayMs: number;
      readonly tookMs: number;
      readonly events: readonly LockEvent[];
    }
  | { readonly type: 'skipped'; readonly delayMs: number; readonly holder: LockState }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'failed'; readonly code: string | null; readonly message: string };

type Command =
  | { readonly type: 'release' | 'commit' | 'await-loss' | 'exit' }
  | { readonly type: 'stage'; readonly content: string };

/** A process that takes the lock on command. */
export interface Contender {
  readonly child: ChildProcess;
  /** Takes the lock at `startAt` (milliseconds since 1970; default: now): `held`, `skipped`, `failed`. */
  take(
    workspace: Workspace,
    options: { readonly staleMs: number; readonly startAt?: number },
  ): Promise<Message>;
  /** Sends a command to the holder and resolves with its reply. */
  send(command: Command): Promise<Message>;
  /** Resolves with the next message. */
  receive(): Promise<Message>;
}

/** Contenders whose processes end with the scope. */
export interface Contenders extends AsyncDisposable {
  readonly all: readonly Contender[];
}

/** Starts contenders and waits until they are ready. With a `host` they appear to run on another machine. */
export async function startContenders(
  count: number,
  { host = '', lockModule = builtLock } = {},
): Promise<Contenders> {
  if (!existsSync(lockModule)) throw new Error(`${lockModule} is missing: npm run build`);
  const all = Array.from({ length: count }, () => startContender(lockModule, host));
  await Promise.all(all.map((contender) => contender.receive()));
  return {
    all,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        all.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };
}

function startContender(lockModule: string, host: string): Contender {
  const child = fork(script, [lockModule, host], {
    execArgv: [],
    env: { PATH: process.env['PATH'] },
  });
  const received: Message[] = [];
  let wake = (): void => undefined;
  child.on('message', (message: Message) => {
    received.push(message);
    wake();
  });
  const receive = async (): Promise<Message> => {
    for (;;) {
      const message = received.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resume) => (wake = resume));
    }
  };
  return {
    child,
    receive,
    send: (command) => {
      child.send(command);
      return receive();
    },
    take: (workspace, { staleMs, startAt = 0 }) => {
      const { data, lock } = workspace;
      child.send({ type: 'take', workspace: { data, lock }, staleMs, startAt });
      return receive();
    },
  };
}
