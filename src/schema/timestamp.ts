import * as z from 'zod/mini';

/** A point in time: ISO 8601 in UTC with `Z`, for example `2026-11-23T08:45:06.112Z`. */
export const timestamp = z.iso.datetime();
export type Timestamp = z.infer<typeof timestamp>;

/** A calendar day, `YYYY-MM-DD`. */
export const day = z.iso.date();
export type Day = z.infer<typeof day>;
