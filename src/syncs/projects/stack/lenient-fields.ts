import * as z from 'zod/mini';

// Fields of manifests that accept any value: one invalid field must not hide the rest of a manifest.

/** A string; null for anything else. */
export const textOrNull = z.catch(z.nullable(z.string()), null);

const table = z.catch(z.record(z.string(), z.unknown()), {});

/** The keys of an object; empty for anything else. */
export const keysOf = z.pipe(
  table,
  z.transform((entries) => Object.keys(entries)),
);

/** The strings of an array; empty for anything else. */
export const textItems = z.pipe(
  z.catch(z.array(z.unknown()), []),
  z.transform((items) => items.filter((item) => typeof item === 'string')),
);

/** The entries of an object whose value is a string; empty for anything else. */
export const textEntries = z.pipe(
  table,
  z.transform((entries) =>
    Object.fromEntries(
      Object.entries(entries).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  ),
);
