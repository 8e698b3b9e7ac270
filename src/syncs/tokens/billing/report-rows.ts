import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import type { Day } from '../../../schema/timestamp.ts';
import { addDays, daysBetween } from '../../../util/dates.ts';
import { UserError } from '../../../util/errors.ts';
import { sanitizeLine } from '../../../util/text.ts';

/** A name from an API, sanitized; null if it is absent. */
export const name = z.pipe(
  z._default(z.nullable(z.string()), null),
  z.transform((text) => (text === null ? null : sanitizeLine(text, 200) || null)),
);

export const optionalCount = z._default(z.nullable(count), null);

/** An amount of money as a JSON number, of which the decimal digits are exact. */
export const amount = z.number().check(z.minimum(-1e12), z.maximum(1e12));

/** Returns the error for a response that could make sums wrong. `request` is, for example, `GET /costs`. */
export const responseFault = (title: string, request: string, problem: string): UserError =>
  new UserError('network', `${title}: ${request}: ${problem}`, {
    hint: 'nothing of this response is stored; earlier data is kept',
  });

/** Returns the parsed response. Throws `responseFault` if it is not as documented. */
export function parseResponse<Result>(
  schema: z.ZodMiniType<Result>,
  response: unknown,
  { title, request }: { readonly title: string; readonly request: string },
): Result {
  const { success, data, error } = schema.safeParse(response);
  if (success) return data;
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  throw responseFault(title, request, `not as documented${path === '' ? '' : `, at ${path}`}`);
}

/** Returns the days from one day to another, both included. */
export const daysFrom = (first: Day, last: Day): ReadonlySet<Day> =>
  new Set(Array.from({ length: daysBetween(first, last) + 1 }, (_, at) => addDays(first, at)));

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
