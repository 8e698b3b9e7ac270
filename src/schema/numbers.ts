import * as z from 'zod/mini';

/** A whole number, 0 or more. */
export const count = z.int().check(z.nonnegative());

/** A share, 0..100, with at most two decimals. */
export const percent = z.number().check(z.minimum(0), z.maximum(100));

/** Money in the currency's main unit, as a decimal string with six places: `"396.979209"`. */
export const money = z.string().check(z.regex(/^-?\d+\.\d{6}$/));
