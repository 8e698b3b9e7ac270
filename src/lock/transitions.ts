import { forwardClockStepMs, formatOwner, parseOwner, type Owner } from './owner.ts';
import {
  newFolder,
  ownFolder,
  stageFolder,
  type Attempt,
  type Operation,
  type Result,
  type Setting,
  type TakeEnd,
  type TakeStep,
  type Won,
} from './states.ts';

// How a process takes the lock, as a state machine. A state asks for exactly one operation, and its
// result alone decides on the next state: whatever other processes do, they do between two operations.
// The same table runs on the disk (engine.ts) and, in every interleaving, on a model (the unit test).

export const takeLock: TakeStep = { at: 'look', isBuilt: false, replacedMs: null };

export function isTakeEnd(state: TakeStep | TakeEnd): state is TakeEnd {
  return state.at === 'held' || state.at === 'skipped' || state.at === 'foreign';
}

/** The one operation that a state asks for. */
export function takeOperation(state: TakeStep, setting: Setting): Operation {
  const { lock } = setting;
  switch (state.at) {
    case 'look':
      return { do: 'stat', path: lock };
    case 'list':
      return { do: 'list', path: lock };
    case 'examine':
      return { do: 'stat', path: ownFolder(setting, formatOwner(state.owner)) };
    case 'judge':
    case 'wait':
    case 'stop':
      return { do: state.at, owner: state.owner };
    case 'touch':
      // Before the claim, not after: a renamed folder keeps its date, and would be taken for stale.
      return { do: 'touch', path: ownFolder(setting, formatOwner(state.owner)) };
    case 'seize': {
      const to = ownFolder(setting, claimName(setting, state.owner));
      return { do: 'move', from: ownFolder(setting, formatOwner(state.owner)), to };
    }
    case 'unlink':
      return { do: 'unlink', path: lock };
    case 'vacate':
      return { do: 'remove', path: lock };
    case 'make-folder':
      return { do: 'make', path: newFolder(setting) };
    case 'make-own':
      return { do: 'make', path: `${newFolder(setting)}/${formatOwner(setting.self)}` };
    case 'make-stage':
      return { do: 'make', path: `${newFolder(setting)}/${formatOwner(setting.self)}/stage` };
    case 'mark':
      return { do: 'mark', path: newFolder(setting) };
    case 'install':
      return { do: 'move', from: newFolder(setting), to: lock };
    case 'replay':
      return { do: 'replay', path: stageFolder(setting, state.name) };
    case 'empty':
      return { do: 'clear', path: stageFolder(setting, state.name) };
    case 'furnish':
      return { do: 'make', path: stageFolder(setting, state.name) };
    case 'sweep':
      return { do: 'list', path: '.' };
    case 'sweep-judge':
      return { do: 'judge', owner: state.builder };
    case 'sweep-clear':
      return { do: 'clear', path: newFolder({ ...setting, self: state.builder }) };
  }
}

/** Where a result leads to. Pure. */
export function nextTake(state: TakeStep, result: Result, setting: Setting): TakeStep | TakeEnd {
  const { is } = result;
  switch (state.at) {
    case 'look':
      if (is === 'folder') {
        return { ...hand(state), at: 'list', ageMs: result.ageMs, isMarked: result.isMarked };
      }
      if (is !== 'file') return build(state);
      if (!isStale(result.ageMs, setting)) return skipped;
      return { ...hand(state), at: 'unlink', ageMs: result.ageMs };
    case 'list':
      return is === 'names' ? nextOfNames(state, result.names, setting) : look(state);
    case 'examine':
      if (is === 'file') return { at: 'foreign' };
      return is === 'folder' ? { ...state, at: 'judge', ageMs: result.ageMs } : look(state);
    case 'judge': {
      if (is === 'dead') return { ...state, at: 'touch' };
      const stepMs = forwardClockStepMs(state.owner, setting.self);
      if (!isStale(state.ageMs - stepMs, setting)) return skipped;
      if (is !== 'alive') return { ...state, at: 'touch' };
      return { ...state, at: state.hasWaited ? 'stop' : 'wait' };
    }
    case 'wait':
      return { ...state, at: 'examine', hasWaited: true };
    case 'stop':
      return is === 'dead' ? { ...state, at: 'touch' } : { at: 'skipped', isStuck: true };
    case 'touch':
      return is === 'done' ? { ...state, at: 'seize' } : look(state);
    case 'seize': {
      if (is === 'absent') return look(state);
      // Windows does not rename what is open: then its owner lives.
      if (is !== 'done') return skipped;
      const name = claimName(setting, state.owner);
      return { at: 'replay', name, replacedMs: state.ageMs };
    }
    case 'unlink':
    case 'vacate':
      if (is === 'occupied') return look(state);
      return build({ ...state, replacedMs: state.ageMs ?? state.replacedMs });
    case 'make-folder':
      return is === 'done' ? { ...state, at: 'make-own' } : look(state);
    case 'make-own':
      return is === 'done' ? { ...state, at: 'make-stage' } : look(state);
    case 'make-stage':
      return is === 'done' ? { ...state, at: 'mark' } : look(state);
    case 'mark':
      return is === 'done' ? { ...state, at: 'install', isBuilt: true } : look(state);
    case 'install':
      if (is !== 'done') return look({ ...state, isBuilt: is !== 'absent' });
      return { at: 'sweep', name: formatOwner(setting.self), replacedMs: state.replacedMs };
    case 'replay':
      return { ...state, at: 'empty' };
    case 'empty':
      return { ...state, at: 'furnish' };
    case 'furnish':
      return is === 'done' ? { ...state, at: 'sweep' } : skipped;
    case 'sweep':
      return sweep(state, is === 'names' ? buildersOf(result.names, setting) : []);
    case 'sweep-judge':
      return is === 'dead' ? { ...state, at: 'sweep-clear' } : sweep(state, state.rest);
    case 'sweep-clear':
      return sweep(state, state.rest);
  }
}

function nextOfNames(
  state: Extract<TakeStep, { at: 'list' }>,
  names: readonly string[],
  setting: Setting,
): TakeStep | TakeEnd {
  const stale = isStale(state.ageMs, setting);
  const owner = names.map(parseOwner).find((one) => one !== null);
  if (owner !== undefined) return { ...hand(state), at: 'examine', owner, hasWaited: false };
  if (names.length > 0) return stale ? { at: 'foreign' } : skipped;
  // With our mark it is half released: there was nothing left to do in it.
  if (state.isMarked) return { ...hand(state), at: 'vacate', ageMs: null };
  return stale ? { ...hand(state), at: 'vacate', ageMs: state.ageMs } : skipped;
}

const skipped: TakeEnd = { at: 'skipped', isStuck: false };

const isStale = (ageMs: number, { staleMs }: Setting): boolean => ageMs >= staleMs;

const hand = ({ isBuilt, replacedMs }: Attempt): Attempt => ({ isBuilt, replacedMs });

const look = (attempt: Attempt): TakeStep => ({ at: 'look', ...hand(attempt) });

const build = (attempt: Attempt): TakeStep => ({
  at: attempt.isBuilt ? 'install' : 'make-folder',
  ...hand(attempt),
});

const claimName = ({ self }: Setting, { generation }: Owner): string =>
  formatOwner({ ...self, generation: generation + 1 });

function buildersOf(names: readonly string[], { lock }: Setting): readonly Owner[] {
  const prefix = `${lock}.new.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => parseOwner(name.slice(prefix.length)))
    .filter((owner) => owner !== null);
}

function sweep({ name, replacedMs }: Won, builders: readonly Owner[]): TakeStep | TakeEnd {
  const [builder, ...rest] = builders;
  if (builder === undefined) return { at: 'held', name, replacedMs };
  return { at: 'sweep-judge', name, replacedMs, builder, rest };
}
