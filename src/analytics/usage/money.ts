/** Integer millionths of a US dollar, exact up to nine billion dollars. */
export type Micros = number;

export const toMicros = (money: string): Micros => Math.round(Number(money) * 1e6);

/** Returns the stored form with six decimals, for example `"396.979209"`. Larger values are clamped. */
export function toMoney(micros: Micros): string {
  const whole = Math.min(Math.abs(Math.round(micros)), Number.MAX_SAFE_INTEGER);
  const digits = whole.toString().padStart(7, '0');
  return `${micros <= -0.5 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** Returns the sum of the known values; null if both are unknown. */
export const addKnown = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : one + other;
