import { shortHash } from '../../util/hash.ts';

/** A row that is published as a unit, with a hash by which it is compared with what the database has. */
export interface Row {
  readonly hash: string;
  /** The columns as they are sent. */
  readonly content: object;
  /** Length of `content` as JSON. */
  readonly length: number;
}

export function toRow(content: object): Row {
  const text = JSON.stringify(content);
  return { hash: shortHash(text), content, length: text.length };
}

/** The characters of a key that the database indexes. Longer ones exceed the size of an index entry. */
export const maxKeyLength = 200;

/** Returns a timestamp that PostgreSQL accepts: it has no year 0. */
export const toSqlTimestamp = (at: string | null | undefined): string | null =>
  at == null || at.startsWith('0000') ? null : at;
