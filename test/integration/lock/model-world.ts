import type { Owner } from '../../../src/lock/owner.ts';
import {
  isReleaseEnd,
  nextRelease,
  releaseLock,
  releaseOperation,
} from '../../../src/lock/release.ts';
import {
  ownerDir,
  stageDir,
  type Operation,
  type ReleaseStep,
  type Result,
  type LockSettings,
  type TakeEnd,
  type TakeStep,
} from '../../../src/lock/states.ts';
import { isTakeEnd, nextTake, takeLock, takeOperation } from '../../../src/lock/transitions.ts';
import { childrenOf, oldMs, perform, type Disk, type ModelOperation } from './model-disk.ts';

/** The tables under test and the work under the lock; tests replace parts of them. */
export interface Machine {
  readonly takeOperation: typeof takeOperation;
  readonly nextTake: typeof nextTake;
  readonly releaseOperation: typeof releaseOperation;
  /** The operations under the lock, executed up to the first that fails. */
  readonly work: (stage: string, own: string, token: string) => readonly ModelOperation[];
}

export const machine: Machine = {
  takeOperation,
  nextTake,
  releaseOperation,
  work: (stage, _own, token) => [
    { type: 'write', path: `${stage}/h`, content: token },
    { type: 'rename', from: `${stage}/h`, to: 'h' },
  ],
};

/** The same with an atomic commit of two files. */
export const committing: Machine = {
  ...machine,
  work: (stage, _own, token) => [
    { type: 'write', path: `${stage}/f`, content: token },
    { type: 'write', path: `${stage}/g`, content: token },
    { type: 'write', path: `${stage}/COMMIT`, content: '' },
    { type: 'rename', from: `${stage}/f`, to: 'f' },
    { type: 'rename', from: `${stage}/g`, to: 'g' },
    { type: 'unlink', path: `${stage}/COMMIT` },
  ],
};

export type Process =
  | { readonly type: 'taking'; readonly state: TakeStep }
  | { readonly type: 'working'; readonly name: string; readonly step: number }
  | { readonly type: 'releasing'; readonly state: ReleaseStep }
  /** Ended or crashed, which is the same for all others. */
  | { readonly type: 'ended' };

export const started: Process = { type: 'taking', state: takeLock };

export interface World {
  readonly disk: Disk;
  readonly processes: readonly Process[];
  /** Number of processes that can still start, one per crash. */
  readonly spares: number;
  /** Index of the actual holder, whatever the processes assume. */
  readonly holder: number | null;
}

/** A violated invariant of the lock. */
export class Violation extends Error {}

/** Returns the owner of the process with this index. */
export const ownerOf = (index: number): Owner => ({
  generation: 1,
  pid: index + 1,
  start: '1',
  boot: 'b',
  pidNamespace: 'n',
  host: 'h',
  clockOffset: null,
  token: `p${String(index)}`,
});

const indexOf = (owner: Owner): number => owner.pid - 1;

const settingOf = (index: number): LockSettings => ({
  self: ownerOf(index),
  lock: '.sync-lock',
  staleMs: oldMs / 2,
});

/** Executes one step of one process. Throws `Violation`. */
export function advance(tables: Machine, world: World, index: number, canExamine: boolean): World {
  const process = world.processes[index];
  const setting = settingOf(index);
  switch (process?.type) {
    case 'taking': {
      const operation = tables.takeOperation(process.state, setting);
      const [after, result] = act(operation, world, canExamine);
      expectNoTheft(world, after, index, operation);
      const state = tables.nextTake(process.state, result, setting);
      const isOwned = 'name' in state && !('name' in process.state);
      if (isOwned) expectNoOtherHolder(after, canExamine);
      return afterTake(isOwned ? { ...after, holder: index } : after, index, state);
    }
    case 'working': {
      const own = ownerDir(setting, process.name);
      const steps = tables.work(stageDir(setting, process.name), own, setting.self.token);
      const operation = steps[process.step];
      const release: Process = { type: 'releasing', state: releaseLock(process.name) };
      if (operation === undefined) return withProcess(world, index, release);
      const [disk, { type: is }] = perform(world.disk, operation);
      const after = { ...world, disk };
      expectNoTheft(world, after, index, operation);
      if (is !== 'done' && is !== 'dir') return withProcess(after, index, release);
      return withProcess(after, index, { ...process, step: process.step + 1 });
    }
    case 'releasing': {
      const operation = tables.releaseOperation(process.state, setting);
      const [disk, result] = perform(world.disk, operation);
      const after = { ...world, disk };
      expectNoTheft(world, after, index, operation);
      const state = nextRelease(process.state, result);
      const holder = state.type === 'rmdir-lock' && world.holder === index ? null : world.holder;
      const next: Process = isReleaseEnd(state) ? { type: 'ended' } : { type: 'releasing', state };
      return withProcess({ ...after, holder }, index, next);
    }
    default:
      return world;
  }
}

/** Executes a heartbeat of a process that assumes to hold the lock. */
export function beat(world: World, index: number, name: string): World {
  const [disk] = perform(world.disk, { type: 'touch', path: ownerDir(settingOf(index), name) });
  return { ...world, disk };
}

/** Ends a process; another one starts while there are spares. */
export function crash(world: World, index: number): World {
  const crashed = withProcess(world, index, { type: 'ended' });
  if (world.spares === 0) return crashed;
  return { ...crashed, processes: [...crashed.processes, started], spares: world.spares - 1 };
}

function withProcess(world: World, index: number, process: Process): World {
  return { ...world, processes: world.processes.with(index, process) };
}

function act(
  operation: Operation,
  world: World,
  canExamine: boolean,
): readonly [after: World, result: Result] {
  switch (operation.type) {
    case 'check-liveness': {
      const is = world.processes[indexOf(operation.owner)]?.type ?? 'ended';
      if (!canExamine) return [world, { type: 'unknown' }];
      return [world, { type: is === 'ended' ? 'dead' : 'alive' }];
    }
    case 'wait':
      return [world, { type: 'done' }];
    case 'stop':
      return [crash(world, indexOf(operation.owner)), { type: 'dead' }];
    default: {
      const [disk, result] = perform(world.disk, operation);
      return [{ ...world, disk }, result];
    }
  }
}

function afterTake(world: World, index: number, state: TakeStep | TakeEnd): World {
  if (!isTakeEnd(state)) {
    // replacedMs has no influence on the transitions, and would make equal worlds differ.
    return withProcess(world, index, { type: 'taking', state: { ...state, replacedMs: null } });
  }
  if (state.type !== 'held') return withProcess(world, index, { type: 'ended' });
  if (world.holder === index && world.disk['f'] !== world.disk['g']) {
    throw new Violation('a partial commit is left to the next owner');
  }
  return withProcess(world, index, { type: 'working', name: state.name, step: 0 });
}

/** If liveness can be checked, no process takes the lock while another one assumes to hold it. */
function expectNoOtherHolder({ processes }: World, canExamine: boolean): void {
  const isHolding = (process: Process): boolean =>
    process.type === 'working' || (process.type === 'taking' && 'name' in process.state);
  if (canExamine && processes.some(isHolding)) throw new Violation('the lock has two holders');
}

/** A lock is taken from another process only by a claim, and data are written only with the lock. */
function expectNoTheft(
  before: World,
  { disk }: World,
  index: number,
  operation: Operation | ModelOperation,
): void {
  if (before.disk === disk) return;
  const owners = childrenOf(disk, '.sync-lock');
  if (owners.length > 1) throw new Violation('the lock has two owners');
  const own = `.${ownerOf(index).token}`;
  const isClaim = operation.type === 'rename' && operation.to.endsWith(own);
  for (const owner of childrenOf(before.disk, '.sync-lock')) {
    if (!owners.includes(owner) && !owner.endsWith(own) && !isClaim) {
      throw new Violation('the lock of another process was removed');
    }
  }
  const wrote = ['f', 'g', 'h'].some((file) => before.disk[file] !== disk[file]);
  if (wrote && before.holder !== index) {
    throw new Violation('data were written without the lock');
  }
}
