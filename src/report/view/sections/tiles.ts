import { h, type Content, type PageElement } from '../element.ts';

export interface Tile {
  readonly name: string;
  readonly value: string;
  /** The exact amount, for programs. */
  readonly micros?: number | null;
  readonly notes: readonly (string | null)[];
  readonly extra?: Content;
}

export const tiles = (label: string, all: readonly Tile[]): PageElement =>
  h(
    'div.tiles',
    { role: 'group', 'aria-label': label },
    all.map(({ name, value, micros, notes, extra = null }) =>
      h(
        'div.tile',
        h('p.name', name),
        h('p.number', { 'data-micros': micros }, value),
        extra,
        notes.map((note) => (note === null ? null : h('p.muted', note))),
      ),
    ),
  );
