/** Millionths of a dollar: whole numbers, exact up to nine billion dollars. */
export type Micros = number;

export const toMicros = (money: string): Micros => Math.round(Number(money) * 1e6);

/** The stored form, six places: `"396.979209"`; the nine billion dollars for all that is more. */
export function toMoney(micros: Micros): string {
  const whole = Math.min(Math.abs(Math.round(micros)), Number.MAX_SAFE_INTEGER);
  const digits = whole.toString().padStart(7, '0');
  return `${micros <= -0.5 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** The sum of what is known; null when nothing is. */
export const addKnown = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : one + other;
