import type { Hits } from '../coverage-format.ts';

/** Named branches or functions of one source file. A name that is added twice counts once. */
export interface NamedHits {
  readonly add: (name: string, hit: boolean) => void;
  /** Compacts the names: a report has many files, and few have more than one record. */
  readonly endRecord: () => void;
  readonly count: () => Hits;
}

export function createNamedHits(): NamedHits {
  let packed = '';
  let counts: Hits = { covered: 0, total: 0 };
  let open: Map<string, boolean> | null = null;
  const add = (name: string, hit: boolean): void => {
    open ??= unpack(packed);
    open.set(name, hit || open.get(name) === true);
  };
  return {
    add,
    endRecord: () => {
      if (!open) return;
      counts = { covered: [...open.values()].filter(Boolean).length, total: open.size };
      packed = pack(open);
      open = null;
    },
    count: () => counts,
  };
}

// One string takes a tenth of the memory of a map. A name has no newline, because it was read from a line.
const pack = (hits: ReadonlyMap<string, boolean>): string =>
  Array.from(hits, ([name, hit]) => (hit ? '+' : '-') + name).join('\n');

function unpack(packed: string): Map<string, boolean> {
  const entries = packed === '' ? [] : packed.split('\n');
  return new Map(entries.map((entry) => [entry.slice(1), entry.startsWith('+')]));
}
