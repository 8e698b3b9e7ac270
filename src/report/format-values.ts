import type { Day, Timestamp } from '../schema/timestamp.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import { plural } from '../util/text.ts';

/** Stands for an unknown value. */
export const unknown = '–';

const longMonths =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

const monthIndex = (date: Day): number => Number(date.slice(5, 7)) - 1;

/** `Nov` */
export const shortMonth = (date: Day): string => longMonth(date).slice(0, 3);

/** `November`, for a day or a month such as `2026-11`. */
export const longMonth = (date: string): string => longMonths[monthIndex(date)] ?? '';

/** `23 Nov` */
export const shortDay = (date: Day): string =>
  `${String(Number(date.slice(8, 10)))} ${shortMonth(date)}`;

/** `23 Nov 2026`, for a day or a timestamp; a dash if unknown. */
export const longDay = (at: Timestamp | null): string =>
  at === null ? unknown : `${shortDay(at)} ${at.slice(0, 4)}`;

/** `1,234,567` */
export const integer = (value: number | null): string =>
  value === null ? unknown : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `$0.42`, `$96.20`, `$1,234` */
export function dollars(value: number | string | null): string {
  if (value === null) return unknown;
  const amount = Number(value);
  const size = Math.abs(amount);
  const sign = amount < 0 ? '−' : '';
  if (size > 0 && size < 0.01) return `${sign}<$0.01`;
  return sign + (size < 1000 ? `$${size.toFixed(2)}` : `$${integer(size)}`);
}

/** `$0.42` for 420,000 microdollars. */
export const dollarsOf = (micros: number | null): string =>
  dollars(micros === null ? null : micros / 1e6);

/** Formats a tick of an axis, with cents only if needed. */
export const axisDollars = (value: number): string =>
  value === 0 || value >= 10 || Number.isInteger(value)
    ? dollars(value).replace(/\.00$/, '')
    : dollars(value);

/** `74.3 %`, with a no-break space. */
export const percent = (value: number | null, decimals = 1): string =>
  value === null ? unknown : `${String(Number(value.toFixed(decimals)))}\u00a0%`;

/** A signed change, `+1.2`; empty if unchanged or unknown. */
export function change(value: number | null, decimals = 1): string {
  const rounded = value === null ? 0 : Number(value.toFixed(decimals));
  if (rounded === 0) return '';
  return rounded > 0 ? `+${String(rounded)}` : `−${String(-rounded)}`;
}

/** Returns the class of a diagnostic in the style sheet. */
export const severityClass = ({
  severity,
}: Pick<Diagnostic, 'severity'>): 'bad' | 'warn' | 'info' =>
  severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'info';

/** `1 project`, `1,234 projects` */
export const countOf = (count: number, noun: string): string =>
  plural(count, noun).replace(String(count), integer(count));

/** `+$1.20` or `−$1.20` for a change in microdollars. */
export const changeText = (micros: number): string =>
  micros > 0 ? `+${dollarsOf(micros)}` : dollarsOf(micros);
