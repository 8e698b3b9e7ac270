import { join } from 'node:path';
import { getOrInsert } from '../../util/collections.ts';
import { listObjectStores } from '../exec/object-stores.ts';
import { readGitDirFile, readGitDirText } from '../gitdir/read-gitdir-file.ts';
import { fanoutRange, findId } from '../objects/id-list.ts';
import type { OpenRepository } from '../open-repository.ts';
import { orNull, RepositoryError } from '../repository.ts';
import type { Ancestry } from './ancestry.ts';

/** About half a million commits; longer histories are counted by git. */
const maxGraphBytes = 32 * 1024 * 1024;
const maxLayers = 16;
const maxParents = 10_000;
const noParent = 0x70000000;
/** In a parent column: the remaining parents are in the list of edges. In that list: the last parent. */
const highBit = 0x80000000;

/** One file of a commit-graph; positions continue those of the layers below. */
interface Layer {
  readonly fanout: Buffer;
  readonly ids: Buffer;
  readonly data: Buffer;
  readonly edges: Buffer | null;
  readonly base: number;
  readonly commits: number;
}

/** Bytes of the graphs that are retained. */
const maxRetainedBytes = 64 * 1024 * 1024;

/**
 * Returns a function that opens the commit-graph of a repository, or of one from which it borrows objects, without
 * starting git (gitformat-commit-graph(5)). Null if no valid graph contains the commit. Many work trees may share an
 * object store, so graphs are retained.
 */
export function createCommitGraphs(): (
  repository: Pick<OpenRepository, 'commonDir' | 'format'>,
  oid: string,
) => Ancestry | null {
  const graphs = new Map<string, Ancestry | null>();
  let bytes = 0;
  const open = (store: string, format: OpenRepository['format']): Ancestry | null => {
    const layers = openLayers(join(store, 'info'), format === 'sha1' ? 20 : 32);
    bytes += layers?.reduce((sum, { ids, data }) => sum + ids.length + data.length, 0) ?? 0;
    if (bytes > maxRetainedBytes) {
      graphs.clear();
      bytes = 0;
    }
    return layers && toAncestry(layers);
  };
  return ({ commonDir, format }, oid) => {
    for (const store of orNull(() => listObjectStores(commonDir)) ?? []) {
      const graph = getOrInsert(graphs, store, () => open(store, format));
      if (graph?.find(oid) != null) return graph;
    }
    return null;
  };
}

function toAncestry(layers: readonly Layer[]): Ancestry {
  return {
    size: layers.reduce((sum, { commits }) => sum + commits, 0),
    find: (oid) => findCommit(layers, Buffer.from(oid, 'hex')),
    parentsOf: (position) => parentsAt(layers, position),
  };
}

/** Returns null if a file is missing, refused or damaged. */
function openLayers(infoDir: string, idBytes: number): readonly Layer[] | null {
  try {
    return readLayers(infoDir, idBytes);
  } catch (error) {
    if (error instanceof RepositoryError || error instanceof RangeError) return null;
    throw error;
  }
}

function readLayers(infoDir: string, idBytes: number): readonly Layer[] | null {
  const single = readGitDirFile(join(infoDir, 'commit-graph'), maxGraphBytes);
  const files = single === null ? readChain(join(infoDir, 'commit-graphs')) : [single];
  const layers: Layer[] = [];
  let base = 0;
  for (const file of files) {
    const layer = file && parseLayer(file, { idBytes, base, number: layers.length });
    if (layer === null) return null;
    layers.push(layer);
    base += layer.commits;
  }
  return layers.length === 0 ? null : layers;
}

/** A split graph: the file `commit-graph-chain` names its layers, the lowest first. */
function readChain(dir: string): readonly (Buffer | null)[] {
  const names = readGitDirText(join(dir, 'commit-graph-chain'))?.trim().split('\n') ?? [];
  if (names.length > maxLayers || !names.every((name) => /^[0-9a-f]{40,64}$/.test(name))) return [];
  return names.map((name) => readGitDirFile(join(dir, `graph-${name}.graph`), maxGraphBytes));
}

/** Returns null if the file is not a valid layer. Throws `RangeError` for a truncated file. */
function parseLayer(
  file: Buffer,
  { idBytes, base, number }: { idBytes: number; base: number; number: number },
): Layer | null {
  const header = [1, idBytes === 20 ? 1 : 2];
  if (file.toString('latin1', 0, 4) !== 'CGPH' || file[7] !== number) return null;
  if (file[4] !== header[0] || file[5] !== header[1]) return null;
  const chunks = new Map<string, Buffer>();
  for (let chunk = 0, at = 8; chunk < (file[6] ?? 0); chunk += 1, at += 12) {
    const start = Number(file.readBigUInt64BE(at + 4));
    const end = Number(file.readBigUInt64BE(at + 16));
    if (start > end || end > file.length) return null;
    chunks.set(file.toString('latin1', at, at + 4), file.subarray(start, end));
  }
  const [fanout, ids, data] = ['OIDF', 'OIDL', 'CDAT'].map((name) => chunks.get(name));
  if (fanout?.length !== 1024 || ids === undefined || data === undefined) return null;
  const commits = fanout.readUInt32BE(1020);
  if (ids.length !== commits * idBytes || data.length !== commits * (idBytes + 16)) return null;
  return { fanout, ids, data, edges: chunks.get('EDGE') ?? null, base, commits };
}

function findCommit(layers: readonly Layer[], oid: Buffer): number | null {
  for (const { fanout, ids, base } of layers) {
    const { low, high } = fanoutRange(fanout, oid);
    const found = findId(ids.subarray(low * oid.length, high * oid.length), oid);
    if (found !== null) return base + low + found;
  }
  return null;
}

function parentsAt(layers: readonly Layer[], position: number): readonly number[] {
  const layer = layers.find(({ base, commits }) => position < base + commits);
  if (layer === undefined) return [];
  const rowBytes = layer.data.length / layer.commits;
  const at = (position - layer.base + 1) * rowBytes - 16;
  const first = layer.data.readUInt32BE(at);
  const second = layer.data.readUInt32BE(at + 4);
  if (second === noParent) return first === noParent ? [] : [first];
  if (second < highBit) return [first, second];
  const parents = [first];
  if (layer.edges === null) throw new RangeError('the commit-graph lacks its list of edges');
  for (let edge = (second - highBit) * 4; ; edge += 4) {
    const parent = layer.edges.readUInt32BE(edge);
    parents.push(parent & 0x7fffffff);
    if (parents.length > maxParents) throw new RangeError('too many parents');
    if (parent >= highBit) return parents;
  }
}
