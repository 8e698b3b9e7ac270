import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LockEvent } from '../../src/lock/index.ts';
import type { LockState } from '../../src/lock/state.ts';
import type { Workspace } from '../../src/config/workspace.ts';

const script = resolve(import.meta.dirname, 'lock-contender.mjs');
const builtLock = resolve(import.meta.dirname, '../../dist/lock.cjs');
/** The package without our transitions, for comparison. */
export const plainLock = resolve(import.meta.dirname, 'plain-lock.mjs');

/** What a contender tells. */
export type Answer =
  | { readonly is: 'ready' | 'done' | 'released' }
  | {
      readonly is: 'held';
      readonly stage: string;
      /** How late it came through the barrier. */
      readonly lateMs: number;
      readonly tookMs: number;
      readonly events: readonly LockEvent[];
    }
  | { readonly is: 'skipped'; readonly lateMs: number; readonly holder: LockState }
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'failed'; readonly code: string | null; readonly message: string };

type Command =
  | { readonly do: 'release' | 'commit' | 'await-loss' }
  | { readonly do: 'stage'; readonly content: string };

/** A process of its own that takes the lock when it is told to. */
export interface Contender {
  readonly child: ChildProcess;
  /** Wants the lock at this instant (milliseconds since 1970; default: now): `held`, `skipped`, `failed`. */
  take(
    workspace: Workspace,
    options: { readonly staleMs: number; readonly startAt?: number },
  ): Promise<Answer>;
  /** Tells the holder what to do, and answers what came of it. */
  tell(command: Command): Promise<Answer>;
  /** The next thing that it says by itself. */
  hear(): Promise<Answer>;
}

/** Contenders that end with the scope. */
export interface Contenders extends AsyncDisposable {
  readonly all: readonly Contender[];
}

/** Starts contenders and waits until they are ready. With a `host` they seem to run on another machine. */
export async function startContenders(
  count: number,
  { host = '', lockModule = builtLock } = {},
): Promise<Contenders> {
  if (!existsSync(lockModule)) throw new Error(`${lockModule} is missing: npm run build`);
  const all = Array.from({ length: count }, () => startContender(lockModule, host));
  await Promise.all(all.map((contender) => contender.hear()));
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
  const heard: Answer[] = [];
  let wake = (): void => undefined;
  child.on('message', (answer: Answer) => {
    heard.push(answer);
    wake();
  });
  const hear = async (): Promise<Answer> => {
    for (;;) {
      const answer = heard.shift();
      if (answer !== undefined) return answer;
      await new Promise<void>((resume) => (wake = resume));
    }
  };
  return {
    child,
    hear,
    tell: (command) => {
      child.send(command);
      return hear();
    },
    take: (workspace, { staleMs, startAt = 0 }) => {
      const { data, lock } = workspace;
      child.send({ do: 'take', workspace: { data, lock }, staleMs, startAt });
      return hear();
    },
  };
}
