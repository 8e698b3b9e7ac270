/**
 * Returns what a synchronous function returns while the local time zone of dates is `zone`, an IANA name; null for that
 * of the machine, which the variable TZ of a shell overrides.
 */
export function inTimeZone<Value>(zone: string | null, compute: () => Value): Value {
  const previous = process.env['TZ'];
  setTimeZone(zone ?? undefined);
  try {
    return compute();
  } finally {
    setTimeZone(previous);
  }
}

function setTimeZone(zone: string | undefined): void {
  if (process.env['TZ'] === zone) return;
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
}

/** Returns the IANA name of the local time zone; null if the variable TZ has a value of another form. */
export const localTimeZone = (): string | null =>
  canonicalTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** Returns the name that is the same for all names of a time zone; null for a text that is not one. */
export function canonicalTimeZone(name: string | undefined): string | null {
  if (name === undefined || !/^[A-Za-z]/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
