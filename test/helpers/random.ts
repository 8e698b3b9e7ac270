/** Returns a deterministic generator of integers below a limit (mulberry32). */
export function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Returns a deterministic generator of numbers from 0 to 1. */
export function randomNumbers(seed: number): () => number {
  const random = randomFrom(seed);
  return () => random(2 ** 32) / 2 ** 32;
}
