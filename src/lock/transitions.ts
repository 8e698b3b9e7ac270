import { forwardClockStepMs, formatOwner, parseOwner, type Owner } from './owner.ts';
import {
  newDir,
  ownerDir,
  stageDir,
  type Attempt,
  type Operation,
  type Result,
  type LockSettings,
  type TakeEnd,
  type TakeStep,
  type OwnedLock,
} from './states.ts';

// The acquisition of the lock as a state machine. Each state has exactly one operation, and only its result
// determines the next state: whatever other processes do happens between two operations. engine.ts executes
// the table on the disk; the test executes it on a model, in every interleaving.

export const takeLock: TakeStep = { type: 'stat', isBuilt: false, replacedMs: null };

export function isTakeEnd(state: TakeStep | TakeEnd): state is TakeEnd {
  return state.type === 'held' || state.type === 'skipped' || state.type === 'foreign';
}

export function takeOperation(state: TakeStep, settings: LockSettings): Operation {
  const { lock } = settings;
  switch (state.type) {
    case 'stat':
      return { type: 'stat', path: lock };
    case 'list':
      return { type: 'list', path: lock };
    case 'stat-owner':
      return { type: 'stat', path: ownerDir(settings, formatOwner(state.owner)) };
    case 'check-liveness':
    case 'wait':
    case 'stop':
      return { type: state.type, owner: state.owner };
    case 'touch':
      // Before the claim: a renamed directory keeps its mtime and would look stale.
      return { type: 'touch', path: ownerDir(settings, formatOwner(state.owner)) };
    case 'claim': {
      const to = ownerDir(settings, claimName(settings, state.owner));
      return { type: 'rename', from: ownerDir(settings, formatOwner(state.owner)), to };
    }
    case 'replay-lower':
      return { type: 'replay', path: stageDir(settings, formatOwner(state.owner)) };
    case 'remove-lower':
      return { type: 'remove-tree', path: ownerDir(settings, formatOwner(state.owner)) };
    case 'unlink':
      return { type: 'unlink', path: lock };
    case 'rmdir':
      return { type: 'rmdir', path: lock };
    case 'mkdir':
      return { type: 'mkdir', path: newDir(settings) };
    case 'mkdir-owner':
      return { type: 'mkdir', path: `${newDir(settings)}/${formatOwner(settings.self)}` };
    case 'mkdir-stage':
      return { type: 'mkdir', path: `${newDir(settings)}/${formatOwner(settings.self)}/stage` };
    case 'mark':
      return { type: 'mark', path: newDir(settings) };
    case 'install':
      return { type: 'rename', from: newDir(settings), to: lock };
    case 'replay':
      return { type: 'replay', path: stageDir(settings, state.name) };
    case 'clear-stage':
      return { type: 'remove-tree', path: stageDir(settings, state.name) };
    case 'create-stage':
      return { type: 'mkdir', path: stageDir(settings, state.name) };
    case 'cleanup':
      return { type: 'list', path: '.' };
    case 'cleanup-check':
      return { type: 'check-liveness', owner: state.builder };
    case 'cleanup-remove':
      return { type: 'remove-tree', path: newDir({ ...settings, self: state.builder }) };
  }
}

/** Returns the state that follows from the result of the operation. Pure. */
export function nextTake(
  state: TakeStep,
  result: Result,
  settings: LockSettings,
): TakeStep | TakeEnd {
  const { type: outcome } = result;
  switch (state.type) {
    case 'stat':
      if (outcome === 'dir') {
        return { ...carry(state), type: 'list', ageMs: result.ageMs, isMarked: result.isMarked };
      }
      if (outcome !== 'file') return build(state);
      if (!isStale(result.ageMs, settings)) return skipped;
      return { ...carry(state), type: 'unlink', ageMs: result.ageMs };
    case 'list':
      return outcome === 'names' ? afterList(state, result.names, settings) : restart(state);
    case 'stat-owner':
      if (outcome === 'file') return { type: 'foreign' };
      if (outcome !== 'dir') return restart(state);
      return { ...state, type: 'check-liveness', ageMs: result.ageMs, mtimeMs: result.mtimeMs };
    case 'check-liveness': {
      if (outcome === 'dead') return { ...state, type: 'touch' };
      const { silentSinceMs, mtimeMs } = state;
      const hasMoved = silentSinceMs !== null && silentSinceMs !== mtimeMs;
      if (hasMoved || !isSilent(state, outcome === 'alive', settings)) return skipped;
      // The machine of the owner may have just woken up, or its clock may differ from this one.
      if (silentSinceMs === null) return { ...state, type: 'wait' };
      return { ...state, type: outcome === 'alive' ? 'stop' : 'touch' };
    }
    case 'wait':
      return { ...state, type: 'stat-owner', silentSinceMs: state.mtimeMs };
    case 'stop':
      return outcome === 'dead' ? { ...state, type: 'touch' } : { type: 'skipped', isStuck: true };
    case 'touch':
      return outcome === 'done' ? { ...state, type: 'claim' } : restart(state);
    case 'claim': {
      if (outcome === 'absent') return restart(state);
      if (outcome === 'lower-layer') return { ...state, type: 'replay-lower' };
      // Windows refuses to rename what is open, so the owner is alive.
      if (outcome !== 'done') return skipped;
      const name = claimName(settings, state.owner);
      return { type: 'replay', name, replacedMs: state.ageMs };
    }
    // Several processes may do these at the same time: a replay moves each file once, and no other process uses the
    // name of a dead owner.
    case 'replay-lower':
      return { ...state, type: 'remove-lower' };
    case 'remove-lower':
      return { ...carry(state), type: 'rmdir', ageMs: state.ageMs };
    case 'unlink':
    case 'rmdir':
      if (outcome === 'occupied') return restart(state);
      return build({ ...state, replacedMs: state.ageMs ?? state.replacedMs });
    case 'mkdir':
      return outcome === 'done' ? { ...state, type: 'mkdir-owner' } : restart(state);
    case 'mkdir-owner':
      return outcome === 'done' ? { ...state, type: 'mkdir-stage' } : restart(state);
    case 'mkdir-stage':
      return outcome === 'done' ? { ...state, type: 'mark' } : restart(state);
    case 'mark':
      return outcome === 'done' ? { ...state, type: 'install', isBuilt: true } : restart(state);
    case 'install':
      if (outcome !== 'done') return restart({ ...state, isBuilt: outcome !== 'absent' });
      return { type: 'cleanup', name: formatOwner(settings.self), replacedMs: state.replacedMs };
    case 'replay':
      return { ...state, type: 'clear-stage' };
    case 'clear-stage':
      return { ...state, type: 'create-stage' };
    case 'create-stage':
      return outcome === 'done' ? { ...state, type: 'cleanup' } : skipped;
    case 'cleanup':
      return cleanup(state, outcome === 'names' ? findBuilders(result.names, settings) : []);
    case 'cleanup-check':
      return outcome === 'dead' ? { ...state, type: 'cleanup-remove' } : cleanup(state, state.rest);
    case 'cleanup-remove':
      return cleanup(state, state.rest);
  }
}

function afterList(
  state: Extract<TakeStep, { type: 'list' }>,
  names: readonly string[],
  settings: LockSettings,
): TakeStep | TakeEnd {
  const stale = isStale(state.ageMs, settings);
  const owner = names.map(parseOwner).find((name) => name !== null);
  const { self } = settings;
  if (
    owner !== undefined &&
    formatOwner({ ...owner, generation: self.generation }) === formatOwner(self)
  ) {
    // A network file system has performed the rename, but reported that it failed.
    return { type: 'replay', name: formatOwner(owner), replacedMs: state.replacedMs };
  }
  if (owner !== undefined)
    return { ...carry(state), type: 'stat-owner', owner, silentSinceMs: null };
  if (names.length > 0) return stale ? { type: 'foreign' } : skipped;
  // A marked, empty directory is a lock whose release was interrupted.
  if (state.isMarked) return { ...carry(state), type: 'rmdir', ageMs: null };
  return stale ? { ...carry(state), type: 'rmdir', ageMs: state.ageMs } : skipped;
}

/** Silence after which an owner that can't be checked loses the lock. */
const maxSilenceMs = 5 * 60_000;

const skipped: TakeEnd = { type: 'skipped', isStuck: false };

const isStale = (ageMs: number, { staleMs }: LockSettings): boolean => ageMs >= staleMs;

/**
 * An owner that is certainly alive may be busy, and is stopped before its lock is taken. One that can't be checked
 * (another host or pid namespace) is most likely dead after 30 heartbeats; if not, it can write nothing more.
 */
function isSilent(
  { ageMs, owner }: { readonly ageMs: number; readonly owner: Owner },
  isAlive: boolean,
  { self, staleMs }: LockSettings,
): boolean {
  const limitMs = isAlive ? staleMs : Math.min(staleMs, maxSilenceMs);
  return ageMs - forwardClockStepMs(owner, self) >= limitMs;
}

const carry = ({ isBuilt, replacedMs }: Attempt): Attempt => ({ isBuilt, replacedMs });

const restart = (attempt: Attempt): TakeStep => ({ type: 'stat', ...carry(attempt) });

const build = (attempt: Attempt): TakeStep => ({
  type: attempt.isBuilt ? 'install' : 'mkdir',
  ...carry(attempt),
});

const claimName = ({ self }: LockSettings, { generation }: Owner): string =>
  formatOwner({ ...self, generation: generation + 1 });

function findBuilders(names: readonly string[], { lock }: LockSettings): readonly Owner[] {
  const prefix = `${lock}.new.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => parseOwner(name.slice(prefix.length)))
    .filter((owner) => owner !== null);
}

function cleanup({ name, replacedMs }: OwnedLock, builders: readonly Owner[]): TakeStep | TakeEnd {
  const [builder, ...rest] = builders;
  if (builder === undefined) return { type: 'held', name, replacedMs };
  return { type: 'cleanup-check', name, replacedMs, builder, rest };
}
