import { age, type Disk } from './model-disk.ts';
import {
  advance,
  beat,
  crash,
  started,
  Violation,
  type Machine,
  type Process,
  type World,
} from './model-world.ts';

export interface Scenario {
  readonly disk: Disk;
  readonly processes: number;
  /** Number of processes that start after a crash. */
  readonly spares?: number;
  /** Whether processes can check whether another one is alive; if not, only the heartbeat counts. */
  readonly canExamine: boolean;
  /** Whether everything can become stale at any moment. */
  readonly timePasses: boolean;
}

export interface Findings {
  readonly states: number;
  /** The violated invariant and the steps that lead there; null if none was found. */
  readonly violation: { readonly message: string; readonly steps: readonly string[] } | null;
}

/**
 * Explores every interleaving of the steps of all processes, with a crash possible before each step. On every
 * reachable disk, a single process must be able to take the lock.
 */
export function explore(tables: Machine, scenario: Scenario): Findings {
  const { disk, processes, spares = 0 } = scenario;
  const origins = new Map<string, readonly [from: string | null, label: string]>();
  const disks = new Set<number>();
  const number = numbering();
  const open: (readonly [world: World, key: string])[] = [];
  const reach = (world: World, from: string | null, label: string): void => {
    const key = [
      number(world.disk),
      ...world.processes.map(number),
      world.spares,
      world.holder,
    ].join();
    if (origins.has(key)) return;
    origins.set(key, [from, label]);
    open.push([world, key]);
  };
  const running = Array.from({ length: processes }, () => started);
  reach({ disk, processes: running, spares, holder: null }, null, 'start');
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [world, key] = entry;
    let label = 'all crash, and one starts alone';
    try {
      if (!disks.has(number(world.disk))) assertOneCanWin(tables, world);
      disks.add(number(world.disk));
      for (const [name, successor] of successors(tables, scenario, world)) {
        label = name;
        reach(successor(), key, name);
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const steps = [...stepsTo(key, origins), label];
      return { states: origins.size, violation: { message: error.message, steps } };
    }
  }
  return { states: origins.size, violation: null };
}

function* successors(
  tables: Machine,
  { canExamine, timePasses }: Scenario,
  world: World,
): Generator<readonly [label: string, successor: () => World]> {
  // No process sees what another one builds before it becomes the lock (only that of dead processes is
  // removed), so the interleaving of these steps makes no difference and one order is enough.
  const builder = world.processes.findIndex(isBuilding);
  if (timePasses && builder < 0) {
    yield ['time passes', () => ({ ...world, disk: age(world.disk) })];
  }
  for (const [index, process] of world.processes.entries()) {
    if (process.type === 'ended' || (builder >= 0 && builder !== index)) continue;
    if (process.type === 'working') {
      yield [`p${String(index)} sends a heartbeat`, () => beat(world, index, process.name)];
    }
    // If liveness can't be checked, a crash equals a process that never continues.
    if (canExamine) yield [`p${String(index)} crashes`, () => crash(world, index)];
    yield [
      `p${String(index)} ${process.type} ${'state' in process ? process.state.type : String(process.step)}`,
      () => advance(tables, world, index, canExamine),
    ];
  }
}

const isBuilding = (process: Process): boolean =>
  process.type === 'taking' &&
  ['mkdir', 'mkdir-owner', 'mkdir-stage', 'mark'].includes(process.state.type);

function assertOneCanWin(tables: Machine, world: World): void {
  const index = world.processes.length;
  const all = world.processes.map((): Process => ({ type: 'ended' }));
  for (const canExamine of [true, false]) {
    let now: World = { ...world, disk: age(world.disk), processes: [...all, started] };
    while (now.processes[index]?.type === 'taking') now = advance(tables, now, index, canExamine);
    if (now.processes[index]?.type !== 'working') {
      throw new Violation('no process can take the lock');
    }
  }
}

/** Numbers objects by value, so that the keys of worlds are short. */
function numbering(): (part: object) => number {
  const byText = new Map<string, number>();
  const byObject = new WeakMap<object, number>();
  return (part) => {
    const known = byObject.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(
      Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    byObject.set(part, number);
    return number;
  };
}

function stepsTo(
  key: string,
  origins: ReadonlyMap<string, readonly [from: string | null, label: string]>,
): readonly string[] {
  const steps: string[] = [];
  for (let at: string | null = key; at !== null;) {
    const origin: readonly [string | null, string] = origins.get(at) ?? [null, '?'];
    steps.unshift(origin[1]);
    at = origin[0];
  }
  return steps;
}
