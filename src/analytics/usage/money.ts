/** Integer millionths of a US dollar, exact up to nine billion dollars. */
export type Micros = number;

/** Parses the stored form. An unknown amount stays null. */
export function toMicros(money: string): Micros;
export function toMicros(money: string | null): Micros | null;
export function toMicros(money: string | null): Micros | null {
  return money === null ? null : Math.round(Number(money) * 1e6);
}

/** Returns the stored form with six decimals, for example `"396.979209"`. Larger values are clamped, null stays null. */
export function toMoney(micros: Micros): string;
export function toMoney(micros: Micros | null): string | null;
export function toMoney(micros: Micros | null): string | null {
  if (micros === null) return null;
  const whole = Math.min(Math.abs(Math.round(micros)), Number.MAX_SAFE_INTEGER);
  const digits = whole.toString().padStart(7, '0');
  return `${micros <= -0.5 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** Returns the sum of the known values; null if both are unknown. */
export const addKnown = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : one + other;

/** `addKnown` of amounts in the stored form. */
export const addMoney = (one: string | null, other: string | null): string | null =>
  one === null || other === null ? (one ?? other) : toMoney(toMicros(one) + toMicros(other));
