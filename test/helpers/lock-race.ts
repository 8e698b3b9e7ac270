import { spawnSync } from 'node:child_process';
import { chmodSync, lutimesSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../src/lock/liveness.ts';
import { formatOwner, type Owner } from '../../src/lock/owner.ts';
import type { Workspace } from '../../src/config/workspace.ts';
import { testSystem } from './context.ts';
import type { Contender } from './lock-contender.ts';
import { temporaryWorkspace } from './workspace.ts';

const staleMs = 3_600_000;

/** What contenders may meet when they want the lock. */
const starts = {
  'no lock': () => undefined,
  'a dead owner': (workspace) => leaveOwner(workspace, { pid: endedPid() }),
  'a reused pid': (workspace) => leaveOwner(workspace, { start: '1' }),
  'a stale owner that can not be examined': async (workspace) => {
    setStale(await leaveOwner(workspace, { host: 'elsewhere-1' }));
  },
  'a stale plain file': ({ lock }) => {
    writeFileSync(lock, '{"pid":1}');
    setStale(lock);
  },
  'a stale empty folder': ({ lock }) => {
    mkdirSync(lock);
    setStale(lock);
  },
  'a lock half released': ({ lock }) => {
    mkdirSync(lock);
    chmodSync(lock, 0o1755);
  },
  'an owner that died while it let go': async (workspace) => {
    rmdirSync(join(await leaveOwner(workspace, { start: '1' }), 'stage'));
  },
} as const satisfies Readonly<Record<string, (workspace: Workspace) => unknown>>;

type RaceStart = keyof typeof starts;
export const raceStarts = Object.keys(starts) as RaceStart[];

async function leaveOwner({ lock }: Workspace, changes: Partial<Owner>): Promise<string> {
  const name = formatOwner({ ...(await identify(testSystem())), ...changes });
  mkdirSync(join(lock, name, 'stage'), { recursive: true });
  return join(lock, name);
}

/** Makes the heartbeat of a lock 72 minutes old. */
export function setStale(path: string): void {
  const then = new Date(Date.now() - 72 * 60_000);
  lutimesSync(path, then, then);
}

const endedPid = (): number => spawnSync('true').pid;

export interface RaceFigures {
  readonly rounds: number;
  /** Rounds with two or more winners, and with none. */
  readonly doubles: number;
  readonly without: number;
  /** What went wrong otherwise: errors, and files that were left behind. */
  readonly faults: readonly string[];
  /** Median over all starts of how late a contender came through the barrier, and the slowest win. */
  readonly medianLateMs: number;
  readonly slowestWinMs: number;
}

/** Lets all contenders want the same lock at the same instant, round after round. */
export async function race(
  contenders: readonly Contender[],
  start: RaceStart,
  rounds: number,
): Promise<RaceFigures> {
  await using workspace = await temporaryWorkspace();
  const { paths } = workspace;
  const late: number[] = [];
  const faults: string[] = [];
  let [doubles, without, slowestWinMs] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    await starts[start](paths);
    // Long enough for the word to reach all of them.
    const startAt = Date.now() + 10 + contenders.length;
    const answers = await Promise.all(
      contenders.map((contender) => contender.take(paths, { staleMs, startAt })),
    );
    const winners = contenders.filter((_contender, index) => answers[index]?.is === 'held');
    if (winners.length > 1) doubles += 1;
    if (winners.length === 0) without += 1;
    for (const answer of answers) {
      if (answer.is === 'failed') faults.push(answer.message);
      if (answer.is === 'held' || answer.is === 'skipped') late.push(answer.lateMs);
      if (answer.is === 'held') slowestWinMs = Math.max(slowestWinMs, answer.tookMs);
    }
    for (const winner of winners) await winner.tell({ do: 'release' });
    faults.push(...readdirSync(paths.data).filter((name) => name.startsWith('.sync-lock')));
  }
  const medianLateMs = late.toSorted((one, other) => one - other)[late.length >> 1] ?? 0;
  return { rounds, doubles, without, faults, medianLateMs, slowestWinMs };
}
