import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../src/lock/liveness.ts';
import { formatOwner, type Owner } from '../../src/lock/owner.ts';
import type { Workspace } from '../../src/config/workspace.ts';
import { testSystem } from './context.ts';
import type { Contender } from './lock-contender.ts';
import { temporaryWorkspace } from './workspace.ts';

const staleMs = 3_600_000;
/** The shortest heartbeat: an owner that can't be checked is watched for two heartbeats before it is replaced. */
const uncheckableStaleMs = 2000;

/** The states of the lock at the start of a race. */
const starts = {
  'no lock': () => undefined,
  'a dead owner': (workspace) => leaveOwner(workspace, { pid: endedPid() }),
  'a reused pid': (workspace) => leaveOwner(workspace, { start: '1' }),
  'a stale owner that can not be checked': async (workspace) => {
    setStale(await leaveOwner(workspace, { host: 'elsewhere-1' }));
  },
  'a stale plain file': ({ lock }) => {
    writeFileSync(lock, '{"pid":1}');
    setStale(lock);
  },
  'a stale empty directory': ({ lock }) => {
    // Renamed into place: proper-lockfile alone may still be removing the directory of the previous round.
    mkdirSync(`${lock}-new`);
    setStale(`${lock}-new`);
    renameSync(`${lock}-new`, lock);
  },
  'an interrupted release': ({ lock }) => {
    mkdirSync(lock);
    chmodSync(lock, 0o1755);
  },
  'an owner that died during its release': async (workspace) => {
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

/** Sets the heartbeat of a lock back by 72 minutes. */
export function setStale(path: string): void {
  const then = new Date(Date.now() - 72 * 60_000);
  lutimesSync(path, then, then);
}

const endedPid = (): number => spawnSync('true').pid;

export interface RaceFigures {
  readonly rounds: number;
  /** Rounds with two or more owners, and with none. */
  readonly doubles: number;
  readonly without: number;
  /** Error messages, and files that were left behind. */
  readonly faults: readonly string[];
  /** Median delay of all starts, and the longest time to take the lock. */
  readonly medianDelayMs: number;
  readonly slowestMs: number;
}

/** Lets all contenders take the same lock at the same instant, for a number of rounds. */
export async function race(
  contenders: readonly Contender[],
  start: RaceStart,
  rounds: number,
): Promise<RaceFigures> {
  await using workspace = await temporaryWorkspace();
  const { paths } = workspace;
  const delays: number[] = [];
  const faults: string[] = [];
  let [doubles, without, slowestMs] = [0, 0, 0];
  const isUncheckable = start === 'a stale owner that can not be checked';
  const options = { staleMs: isUncheckable ? uncheckableStaleMs : staleMs };
  for (let round = 0; round < rounds; round += 1) {
    await starts[start](paths);
    // Time for the command to reach all contenders.
    const startAt = Date.now() + 10 + contenders.length;
    const replies = await Promise.all(
      contenders.map((contender) => contender.take(paths, { ...options, startAt })),
    );
    const winners = contenders.filter((_contender, index) => replies[index]?.type === 'held');
    if (winners.length > 1) doubles += 1;
    if (winners.length === 0) without += 1;
    for (const reply of replies) {
      if (reply.type === 'failed') faults.push(reply.message);
      if (reply.type === 'held' || reply.type === 'skipped') delays.push(reply.delayMs);
      if (reply.type === 'held') slowestMs = Math.max(slowestMs, reply.tookMs);
    }
    for (const winner of winners) await winner.send({ type: 'release' });
    faults.push(...readdirSync(paths.data).filter((name) => name.startsWith('.sync-lock')));
  }
  const medianDelayMs = delays.toSorted((one, other) => one - other)[delays.length >> 1] ?? 0;
  return { rounds, doubles, without, faults, medianDelayMs, slowestMs };
}
