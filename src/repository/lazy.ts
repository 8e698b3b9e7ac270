/** Work that is done when it is first asked for, and never again. */
export interface Lazy<Value> {
  (): Promise<Value>;
  readonly wasAsked: () => boolean;
}

export function lazy<Value>(work: () => Promise<Value>): Lazy<Value> {
  let value: Promise<Value> | null = null;
  return Object.assign(() => (value ??= work()), { wasAsked: () => value !== null });
}
