import type { Hits } from '../coverage-format.ts';

/** Named things of one source file (branches, functions), of which naming one twice counts it once. */
export interface NamedHits {
  readonly add: (name: string, hit: boolean) => void;
  /** Gives something a short name that is valid within this record. */
  readonly alias: (short: string, name: string) => void;
  readonly addAlias: (short: string, hit: boolean) => void;
  /** Packs what was added: a report has many files, and few of them come back. */
  readonly endRecord: () => void;
  readonly count: () => Hits;
}

export function createNamedHits(): NamedHits {
  let packed = '';
  let counts: Hits = { covered: 0, total: 0 };
  let open: Map<string, boolean> | null = null;
  let aliases = new Map<string, string>();
  const add = (name: string, hit: boolean): void => {
    open ??= unpack(packed);
    open.set(name, hit || open.get(name) === true);
  };
  return {
    add,
    alias: (short, name) => {
      aliases.set(short, name);
      add(name, false);
    },
    addAlias: (short, hit) => {
      add(aliases.get(short) ?? short, hit);
    },
    endRecord: () => {
      aliases = new Map();
      if (!open) return;
      counts = { covered: [...open.values()].filter(Boolean).length, total: open.size };
      packed = pack(open);
      open = null;
    },
    count: () => counts,
  };
}

// One flat string takes a tenth of the memory of a map. A name has no newline: it was read from a line.
const pack = (hits: ReadonlyMap<string, boolean>): string =>
  Array.from(hits, ([name, hit]) => (hit ? '+' : '-') + name).join('\n');

function unpack(packed: string): Map<string, boolean> {
  const entries = packed === '' ? [] : packed.split('\n');
  return new Map(entries.map((entry) => [entry.slice(1), entry.startsWith('+')]));
}
