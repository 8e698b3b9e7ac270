import type { Day, Timestamp } from '../schema/timestamp.ts';

/** What stands for what is not known. */
export const unknown = '–';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const longMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const monthIndex = (date: Day): number => Number(date.slice(5, 7)) - 1;

/** `Nov` */
export const shortMonth = (date: Day): string => months[monthIndex(date)] ?? '';

/** `November` of a day or of `2026-11`. */
export const longMonth = (date: string): string => longMonths[monthIndex(date)] ?? '';

/** `23 Nov` */
export const shortDay = (date: Day): string =>
  `${String(Number(date.slice(8, 10)))} ${shortMonth(date)}`;

/** `23 Nov 2026`, of a day or an instant; a dash when unknown. */
export const longDay = (at: Timestamp | null): string =>
  at === null ? unknown : `${shortDay(at)} ${at.slice(0, 4)}`;

/** `1,234,567` */
export const integer = (value: number | null): string =>
  value === null ? unknown : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Dollars as people write them: `$0.42`, `$96.20`, `$1,234`. */
export function dollars(value: number | string | null): string {
  if (value === null) return unknown;
  const amount = Number(value);
  const size = Math.abs(amount);
  const sign = amount < 0 ? '−' : '';
  if (size > 0 && size < 0.01) return `${sign}<$0.01`;
  return sign + (size < 1000 ? `$${size.toFixed(2)}` : `$${integer(size)}`);
}

/** `74.3 %`, on one line. */
export const percent = (value: number | null, decimals = 1): string =>
  value === null ? unknown : `${String(Number(value.toFixed(decimals)))}\u00a0%`;

/** A change with its sign, `+1.2`; nothing when there is none or none is known. */
export function change(value: number | null, decimals = 1): string {
  const rounded = value === null ? 0 : Number(value.toFixed(decimals));
  if (rounded === 0) return '';
  return rounded > 0 ? `+${String(rounded)}` : `−${String(-rounded)}`;
}

/** Tokens as people speak of them: `812`, `4.2 k`, `1.3 M`. */
export function compact(value: number): string {
  if (value < 1000) return String(value);
  for (const [unit, size] of [
    ['B', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    // What would be rounded up to 1000 takes the next unit.
    if (value >= size * 0.9995)
      return `${(value / size).toFixed(value >= size * 100 ? 0 : 1)} ${unit}`;
  }
  return integer(value);
}

/** `3 projects`, `1 project` */
export const plural = (number: number, one: string): string =>
  `${integer(number)} ${one}${number === 1 ? '' : 's'}`;
