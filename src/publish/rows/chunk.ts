import type { Workspace } from '../../config/workspace.ts';
import type { Cursor, Published } from '../../store/fleet-files.ts';
import { shortHash } from '../../util/hash.ts';
import { basename } from 'node:path';
import { countLines, publishedSeries, readLines, seriesMonths } from './history-lines.ts';
import type { LocalState } from './local-state.ts';
import type { Row } from './row.ts';
import { parseUsageDayKey, usageDayKey } from './token-rows.ts';

/** `Published`, updated after every accepted push. */
export interface PublishedState extends Published {
  readonly projects: Map<string, string>;
  readonly quality: Map<string, string>;
  readonly tokens: Map<string, string>;
  sources: string | null;
  readonly cursors: Map<string, Cursor>;
}

/** Returns a copy of `published` to be updated. Null: nothing is published. */
export const toPublishedState = (published: Published | null): PublishedState => ({
  projects: new Map(published?.projects),
  quality: new Map(published?.quality),
  tokens: new Map(published?.tokens),
  sources: published?.sources ?? null,
  cursors: new Map(published?.cursors),
});

/** One push: a part of what the database lacks. */
export interface Chunk {
  /** The keys of `push_1` that depend on the data. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Identifies the parts that the database may refuse, with their hashes. */
  readonly parts: ReadonlyMap<string, string>;
  readonly rows: number;
  /** Records the chunk as published. */
  readonly apply: (published: PublishedState) => void;
}

export interface ChunkContext {
  readonly workspace: Workspace;
  readonly local: LocalState;
  readonly published: PublishedState;
  /** Parts that the database refused. */
  readonly refused: ReadonlyMap<string, string>;
  /** Maximum number of parts; reduced to find the one that the database refuses. */
  readonly maxParts: number;
  readonly maxBytes: number;
}

/** Small, because a push that is not complete when the time is over starts again. */
export const maxChunkBytes = 256 * 1024;

/** Returns the next push: present state first, then the lines of the history in their order. Null if nothing is left. */
export async function nextChunk(context: ChunkContext): Promise<Chunk | null> {
  const builder = new ChunkBuilder(context);
  builder.addEntries('projects');
  builder.addEntries('quality');
  builder.addTokens();
  await builder.addLines();
  return builder.build();
}

/** Returns the number of rows that are left. Every line of the history counts, also several of a project and day. */
export async function remainingRows(
  context: Omit<ChunkContext, 'maxParts' | 'maxBytes'>,
): Promise<number> {
  const { workspace, published } = context;
  const builder = new ChunkBuilder({ ...context, maxParts: Infinity, maxBytes: Infinity });
  builder.addEntries('projects');
  builder.addEntries('quality');
  builder.addTokens();
  let rows = builder.build()?.rows ?? 0;
  for (const series of publishedSeries) {
    for (const path of await seriesMonths(workspace, series)) {
      const cursor = published.cursors.get(basename(path)) ?? null;
      rows += await countLines(path, { rules: context.local.lineRules, cursor });
    }
  }
  return rows;
}

class ChunkBuilder {
  private readonly context: ChunkContext;
  private readonly payload: Record<string, unknown> = {};
  private readonly parts = new Map<string, string>();
  private readonly effects: Chunk['apply'][] = [];
  private rows = 0;
  private bytes = 0;

  constructor(context: ChunkContext) {
    this.context = context;
  }

  build(): Chunk | null {
    if (this.effects.length === 0) return null;
    const { payload, parts, rows, effects } = this;
    const apply = (published: PublishedState): void => {
      for (const effect of effects) effect(published);
    };
    return { payload, parts, rows, apply };
  }

  addEntries(kind: 'projects' | 'quality'): void {
    const entries = this.context.local[kind];
    if (entries === null || !this.hasRoom()) return;
    const known = this.context.published[kind];
    const put: object[] = [];
    const hashes: [id: string, hash: string][] = [];
    for (const [id, row] of entries) {
      if (known.get(id) === row.hash || !this.take(`${kind} ${id}`, row)) continue;
      put.push({ ...row.content, hash: row.hash });
      hashes.push([id, row.hash]);
    }
    const drop = [...known.keys()].filter((id) => !entries.has(id));
    if (put.length + drop.length === 0) return;
    this.payload[kind] = { put, drop };
    this.rows += put.length + drop.length;
    this.effects.push((published) => {
      for (const [id, hash] of hashes) published[kind].set(id, hash);
      for (const id of drop) published[kind].delete(id);
    });
  }

  addTokens(): void {
    const { local, published } = this.context;
    if (local.tokens === null || !this.hasRoom()) return;
    const { days, sources, covers } = local.tokens;
    this.addSources(sources);
    const sets: { readonly source: string; readonly day: string; readonly hash: string | null }[] =
      [];
    const rows: unknown[] = [];
    for (const key of published.tokens.keys()) {
      const { source, day } = parseUsageDayKey(key);
      if (!days.has(key) && covers(source, day)) sets.push({ source, day, hash: null });
    }
    // The newest days first.
    const ordered = [...days].toSorted(([, a], [, b]) => (a.day < b.day ? 1 : -1));
    for (const [key, usage] of ordered) {
      if (published.tokens.get(key) === usage.hash || !this.take(`tokens ${key}`, usage)) continue;
      const { source, day, hash, content } = usage;
      sets.push({ source, day, hash });
      rows.push(...content);
    }
    if (sets.length === 0) return;
    this.payload['tokens'] = { sets, rows };
    this.rows += rows.length;
    this.effects.push(({ tokens }) => {
      for (const { source, day, hash } of sets) {
        const key = usageDayKey(source, day);
        if (hash === null) tokens.delete(key);
        else tokens.set(key, hash);
      }
    });
  }

  private addSources(sources: readonly object[]): void {
    const hash = shortHash(JSON.stringify(sources));
    if (hash === this.context.published.sources) return;
    this.payload['sources'] = sources;
    this.effects.push((published) => {
      published.sources = hash;
    });
  }

  /** Adds the lines of month files until the chunk is full. */
  async addLines(): Promise<void> {
    const { workspace, local, published, maxBytes, maxParts, refused } = this.context;
    const cursors: Record<string, Cursor> = {};
    for (const series of publishedSeries) {
      const rows = new Map<string, object>();
      for (const path of await seriesMonths(workspace, series)) {
        if (!this.hasRoom()) break;
        const cursor = published.cursors.get(basename(path)) ?? null;
        const limits = {
          maxBytes: Math.max(4096, maxBytes - this.bytes),
          maxLines: maxParts - this.parts.size,
        };
        const batch = await readLines(path, series, { rules: local.lineRules, cursor, limits });
        if (batch === null) continue;
        cursors[batch.file] = batch.cursor;
        for (const { key, row } of batch.rows) {
          const part = `${series.name} ${key}`;
          if (refused.get(part) === row.hash) continue;
          this.parts.set(part, row.hash);
          this.bytes += row.length;
          // The last line with a key replaces the others: one statement can't write a row twice.
          rows.set(key, row.content);
        }
      }
      if (rows.size === 0) continue;
      this.payload[series.field] = [...rows.values()];
      this.rows += rows.size;
    }
    if (Object.keys(cursors).length === 0) return;
    this.payload['cursors'] = cursors;
    this.effects.push((published) => {
      for (const [file, cursor] of Object.entries(cursors)) published.cursors.set(file, cursor);
    });
  }

  private hasRoom(): boolean {
    const { maxBytes, maxParts } = this.context;
    return this.bytes < maxBytes && this.parts.size < maxParts;
  }

  /** Adds a row unless the chunk is full or the database refuses it. */
  private take(part: string, { hash, length }: Pick<Row, 'hash' | 'length'>): boolean {
    if (!this.hasRoom() || this.context.refused.get(part) === hash) return false;
    this.parts.set(part, hash);
    this.bytes += length;
    return true;
  }
}
