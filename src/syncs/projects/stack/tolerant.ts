import * as z from 'zod/mini';

/** A text, or null for anything else: one odd field must not hide the rest of a manifest. */
export const maybeText = z.catch(z.nullable(z.string()), null);

/** The keys of a table, or none for anything else. */
export const namesOf = z.pipe(
  z.catch(z.record(z.string(), z.unknown()), {}),
  z.transform((table) => Object.keys(table)),
);

/** The texts of a list, or none for anything else. */
export const textsOf = z.pipe(
  z.catch(z.array(z.unknown()), []),
  z.transform((list) => list.filter((item) => typeof item === 'string')),
);

/** The keys of a table that have a text, with it; none for anything else. */
export const versionsOf = z.pipe(
  z.catch(z.record(z.string(), z.unknown()), {}),
  z.transform((table) =>
    Object.fromEntries(
      Object.entries(table).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      ),
    ),
  ),
);
