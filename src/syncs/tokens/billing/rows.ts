import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { sanitizeLine } from '../../../util/text.ts';

/** A name that an API tells, as harmless text; null when it tells none. */
export const name = z.pipe(
  z._default(z.nullable(z.string()), null),
  z.transform((text) => (text === null ? null : sanitizeLine(text, 200) || null)),
);

/**
 * The days that are told completely: by usage and costs, so that neither goes without the other. Today may still
 * lack one.
 */
export const toldDays = (
  usage: ReadonlyMap<Day, unknown>,
  costs: ReadonlyMap<Day, unknown>,
  today: Day,
): ReadonlySet<Day> =>
  new Set(
    [...usage.keys(), ...costs.keys()].filter(
      (date) => date >= today || (usage.has(date) && costs.has(date)),
    ),
  );
