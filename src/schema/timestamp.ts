import * as z from 'zod/mini';

/** A point in time: ISO 8601 in UTC with `Z`, for example `2026-11-23T08:45:06.112Z`. */
export const timestamp = z.iso.datetime();
export type Timestamp = z.infer<typeof timestamp>;

/** A calendar day, `YYYY-MM-DD`. */
export const day = z.iso.date();
export type Day = z.infer<typeof day>;

/** Whether a value is a day of the calendar: `2026-02-30` is not. */
export const isDay = (value: unknown): boolean => day.safeParse(value).success;
