import * as z from 'zod/mini';

/** An integer of at least 0. */
export const count = z.int().check(z.nonnegative());

/** 0 to 100 with at most two decimals. */
export const percent = z.number().check(z.minimum(0), z.maximum(100));

/** An amount in the main unit of the currency, as a string with six decimals: `"396.979209"`. */
export const money = z.string().check(z.regex(/^-?\d+\.\d{6}$/));

/** An amount in integer millionths of a US dollar, beside the same amount as `money`. Absent in files of old versions. */
export const microUsd = z.optional(z.nullable(z.int()));
