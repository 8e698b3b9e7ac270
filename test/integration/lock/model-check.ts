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
  /** Processes that start when one has crashed. */
  readonly spares?: number;
  /** Whether a process can tell if another one is alive; if not, only the age of a heartbeat counts. */
  readonly canExamine: boolean;
  /** Whether, at any moment, all that is there may have become old. */
  readonly timePasses: boolean;
}

export interface Findings {
  readonly states: number;
  /** What went wrong, and the steps that lead there; null when nothing can. */
  readonly violation: { readonly what: string; readonly steps: readonly string[] } | null;
}

/**
 * Walks through every order in which the steps of all processes can happen, with a crash possible before
 * each. From every disk that can come about so, one process that comes alone must be able to win.
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
    let label = 'all crash, and one comes alone';
    try {
      if (!disks.has(number(world.disk))) expectOneCanWin(tables, world);
      disks.add(number(world.disk));
      for (const [name, successor] of successors(tables, scenario, world)) {
        label = name;
        reach(successor(), key, name);
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const steps = [...stepsTo(key, origins), label];
      return { states: origins.size, violation: { what: error.message, steps } };
    }
  }
  return { states: origins.size, violation: null };
}

function* successors(
  tables: Machine,
  { canExamine, timePasses }: Scenario,
  world: World,
): Generator<readonly [label: string, successor: () => World]> {
  // What a process builds for itself is seen by nobody before it becomes the lock (only what the dead
  // have built is swept): when others act meanwhile makes no difference, so one order is enough.
  const builder = world.processes.findIndex(isBuilding);
  if (timePasses && builder < 0) {
    yield ['time passes', () => ({ ...world, disk: age(world.disk) })];
  }
  for (const [index, process] of world.processes.entries()) {
    if (process.is === 'ended' || (builder >= 0 && builder !== index)) continue;
    if (process.is === 'working') {
      yield [`p${String(index)} beats`, () => beat(world, index, process.name)];
    }
    // Where nobody can tell, to crash is no other than never to have a turn again.
    if (canExamine) yield [`p${String(index)} crashes`, () => crash(world, index)];
    yield [
      `p${String(index)} ${process.is} ${'state' in process ? process.state.at : String(process.step)}`,
      () => advance(tables, world, index, canExamine),
    ];
  }
}

const isBuilding = (process: Process): boolean =>
  process.is === 'taking' &&
  ['make-folder', 'make-own', 'make-stage', 'mark'].includes(process.state.at);

function expectOneCanWin(tables: Machine, world: World): void {
  const index = world.processes.length;
  const all = world.processes.map((): Process => ({ is: 'ended' }));
  for (const canExamine of [true, false]) {
    let now: World = { ...world, disk: age(world.disk), processes: [...all, started] };
    while (now.processes[index]?.is === 'taking') now = advance(tables, now, index, canExamine);
    if (now.processes[index]?.is !== 'working') {
      throw new Violation('nobody can take the lock any more');
    }
  }
}

/** Gives equal things the same number, so that keys of worlds are short. */
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
