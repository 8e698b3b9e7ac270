import type { Owner } from '../../../src/lock/owner.ts';
import {
  isReleaseEnd,
  nextRelease,
  releaseLock,
  releaseOperation,
} from '../../../src/lock/release.ts';
import {
  ownFolder,
  stageFolder,
  type Operation,
  type ReleaseStep,
  type Result,
  type Setting,
  type TakeEnd,
  type TakeStep,
} from '../../../src/lock/states.ts';
import { isTakeEnd, nextTake, takeLock, takeOperation } from '../../../src/lock/transitions.ts';
import { childrenOf, oldMs, perform, type Disk, type ModelOperation } from './model-disk.ts';

/** The tables under test, and the work that a holder does; a test may break any of them. */
export interface Machine {
  readonly takeOperation: typeof takeOperation;
  readonly nextTake: typeof nextTake;
  readonly releaseOperation: typeof releaseOperation;
  /** What is done with the lock, one operation at a time, up to the first that is refused. */
  readonly work: (stage: string, own: string, token: string) => readonly ModelOperation[];
}

export const machine: Machine = {
  takeOperation,
  nextTake,
  releaseOperation,
  work: (stage, _own, token) => [
    { do: 'write', path: `${stage}/h`, content: token },
    { do: 'move', from: `${stage}/h`, to: 'h' },
  ],
};

/** The same, but two files are committed as one. */
export const committing: Machine = {
  ...machine,
  work: (stage, _own, token) => [
    { do: 'write', path: `${stage}/f`, content: token },
    { do: 'write', path: `${stage}/g`, content: token },
    { do: 'write', path: `${stage}/COMMIT`, content: '' },
    { do: 'move', from: `${stage}/f`, to: 'f' },
    { do: 'move', from: `${stage}/g`, to: 'g' },
    { do: 'unlink', path: `${stage}/COMMIT` },
  ],
};

export type Process =
  | { readonly is: 'taking'; readonly state: TakeStep }
  | { readonly is: 'working'; readonly name: string; readonly step: number }
  | { readonly is: 'releasing'; readonly state: ReleaseStep }
  /** Whether it came to its end or crashed is the same to all others. */
  | { readonly is: 'ended' };

export const started: Process = { is: 'taking', state: takeLock };

export interface World {
  readonly disk: Disk;
  readonly processes: readonly Process[];
  /** How many processes may still start, one for each that crashes. */
  readonly spares: number;
  /** Who won last and has not let go: not what a process believes, but what is true. */
  readonly holder: number | null;
}

/** A promise of the lock that was broken. */
export class Violation extends Error {}

/** Who the process with this index is. */
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

const settingOf = (index: number): Setting => ({
  self: ownerOf(index),
  lock: '.sync-lock',
  staleMs: oldMs / 2,
});

/** One step of one process. Throws `Violation`. */
export function advance(tables: Machine, world: World, index: number, canExamine: boolean): World {
  const process = world.processes[index];
  const setting = settingOf(index);
  switch (process?.is) {
    case 'taking': {
      const operation = tables.takeOperation(process.state, setting);
      const [after, result] = act(operation, world, canExamine);
      expectNothingTaken(world, after, index, operation);
      const state = tables.nextTake(process.state, result, setting);
      const hasWon = 'name' in state && !('name' in process.state);
      if (hasWon) expectNoOtherHolder(after, canExamine);
      return afterTake(hasWon ? { ...after, holder: index } : after, index, state);
    }
    case 'working': {
      const own = ownFolder(setting, process.name);
      const steps = tables.work(stageFolder(setting, process.name), own, setting.self.token);
      const operation = steps[process.step];
      const release: Process = { is: 'releasing', state: releaseLock(process.name) };
      if (operation === undefined) return withProcess(world, index, release);
      const [disk, { is }] = perform(world.disk, operation);
      const after = { ...world, disk };
      expectNothingTaken(world, after, index, operation);
      if (is !== 'done' && is !== 'folder') return withProcess(after, index, release);
      return withProcess(after, index, { ...process, step: process.step + 1 });
    }
    case 'releasing': {
      const operation = tables.releaseOperation(process.state, setting);
      const [disk, result] = perform(world.disk, operation);
      const after = { ...world, disk };
      expectNothingTaken(world, after, index, operation);
      const state = nextRelease(process.state, result);
      const holder = state.at === 'tidy' && world.holder === index ? null : world.holder;
      const next: Process = isReleaseEnd(state) ? { is: 'ended' } : { is: 'releasing', state };
      return withProcess({ ...after, holder }, index, next);
    }
    default:
      return world;
  }
}

/** A heartbeat of a process that believes to hold the lock. */
export function beat(world: World, index: number, name: string): World {
  const [disk] = perform(world.disk, { do: 'touch', path: ownFolder(settingOf(index), name) });
  return { ...world, disk };
}

/** Ends a process; another one starts in its place while there are spares. */
export function crash(world: World, index: number): World {
  const crashed = withProcess(world, index, { is: 'ended' });
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
  switch (operation.do) {
    case 'judge': {
      const is = world.processes[indexOf(operation.owner)]?.is ?? 'ended';
      if (!canExamine) return [world, { is: 'unknown' }];
      return [world, { is: is === 'ended' ? 'dead' : 'alive' }];
    }
    case 'wait':
      return [world, { is: 'done' }];
    case 'stop':
      return [crash(world, indexOf(operation.owner)), { is: 'dead' }];
    default: {
      const [disk, result] = perform(world.disk, operation);
      return [{ ...world, disk }, result];
    }
  }
}

function afterTake(world: World, index: number, state: TakeStep | TakeEnd): World {
  if (!isTakeEnd(state)) {
    // What was replaced is only told; it decides on nothing, and would make equal worlds differ.
    return withProcess(world, index, { is: 'taking', state: { ...state, replacedMs: null } });
  }
  if (state.at !== 'held') return withProcess(world, index, { is: 'ended' });
  if (world.holder === index && world.disk['f'] !== world.disk['g']) {
    throw new Violation('half of a commit is left to the next owner');
  }
  return withProcess(world, index, { is: 'working', name: state.name, step: 0 });
}

/** Where owners can be examined, nobody wins while another one so much as believes to hold the lock. */
function expectNoOtherHolder({ processes }: World, canExamine: boolean): void {
  const isHolding = (process: Process): boolean =>
    process.is === 'working' || (process.is === 'taking' && 'name' in process.state);
  if (canExamine && processes.some(isHolding)) throw new Violation('the lock has two holders');
}

/** Nobody takes the lock from another but by claiming it, and nobody writes data without it. */
function expectNothingTaken(
  before: World,
  { disk }: World,
  index: number,
  operation: Operation | ModelOperation,
): void {
  if (before.disk === disk) return;
  const owners = childrenOf(disk, '.sync-lock');
  if (owners.length > 1) throw new Violation('the lock has two owners');
  const own = `.${ownerOf(index).token}`;
  const isClaim = operation.do === 'move' && operation.to.endsWith(own);
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
