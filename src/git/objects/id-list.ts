/** Returns which ids of a sorted list start with the first byte of an id, by the 256 counts of its fan-out table. */
export function fanoutRange(
  fanout: Buffer,
  oid: Buffer,
): { readonly low: number; readonly high: number } {
  const first = oid[0] ?? 0;
  const low = first === 0 ? 0 : fanout.readUInt32BE((first - 1) * 4);
  return { low, high: fanout.readUInt32BE(first * 4) };
}

/** Returns the position of an id in a sorted list; null if it is not in it. */
export function findId(ids: Buffer, oid: Buffer): number | null {
  let low = 0;
  let high = ids.length / oid.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = oid.compare(ids, middle * oid.length, (middle + 1) * oid.length);
    if (order === 0) return middle;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return null;
}
