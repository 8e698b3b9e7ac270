const amount = /^-?\d{1,15}\.\d{6}$/;
/** `costUsd`, `forecastUsd`, …, and the costs of a project in analytics. */
const amountKey = /^(?:(.*[^o])Usd|days(?:7|30|90))$/;

/** A key of `tokens.json` whose values are not ours. */
const userOwned = 'manual';

/**
 * Returns a document in which every amount in US dollars, a string with six decimals or a budget, is followed by it as
 * an integer of millionths, which programs can add without rounding errors: `costUsd` by `costMicroUsd`, `days7` by
 * `days7MicroUsd`. Null stays null.
 */
export function withMicroUsd<Document>(document: Document): Document {
  return addMicroUsd(document) as Document;
}

function addMicroUsd(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => addMicroUsd(item));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    // Set before its turn.
    if (key.endsWith('MicroUsd') && Object.hasOwn(result, key)) continue;
    define(result, key, key === userOwned ? member : addMicroUsd(member));
    const match = amountKey.exec(key);
    const isAmount =
      member === null ||
      typeof member === 'number' ||
      (typeof member === 'string' && amount.test(member));
    if (match === null || !isAmount) continue;
    define(result, `${match[1] ?? key}MicroUsd`, member === null ? null : toMicros(member));
  }
  return result;
}

/** Larger amounts are clamped to the largest integer that JSON readers have in common. */
function toMicros(money: string | number): number {
  const micros =
    typeof money === 'number' ? Math.round(money * 1e6) : Number(money.replace('.', ''));
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(micros, Number.MAX_SAFE_INTEGER));
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true });
}
