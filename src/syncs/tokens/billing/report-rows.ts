import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { sanitizeLine } from '../../../util/text.ts';

/** A name from an API, sanitized; null if it is absent. */
export const name = z.pipe(
  z._default(z.nullable(z.string()), null),
  z.transform((text) => (text === null ? null : sanitizeLine(text, 200) || null)),
);

/** Returns the days of which both usage and costs are known. Today may lack one of them. */
export const completeDays = (
  usage: ReadonlyMap<Day, unknown>,
  costs: ReadonlyMap<Day, unknown>,
  today: Day,
): ReadonlySet<Day> =>
  new Set(
    [...usage.keys(), ...costs.keys()].filter(
      (date) => date >= today || (usage.has(date) && costs.has(date)),
    ),
  );
