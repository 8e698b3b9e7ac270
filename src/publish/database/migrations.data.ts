import { readFileSync } from 'node:fs';

// Evaluated in the build and by the tests, both of which start in the root of the project.
const read = (name: string): string =>
  readFileSync(`src/publish/database/schema/${name}.sql`, 'utf8');

/** The migrations of the database schema; the first one leads to version 1. */
export const migrations: readonly string[] = [read('001')];

/** Grants for a role, which is `:"role"`. */
export const writerGrants = read('writer');
export const readerGrants = read('reader');
