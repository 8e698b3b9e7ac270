/**
 * Lends a thing to each piece of work, one at a time, and makes at most `limit` of them; work that finds
 * none waits for its turn. So at most `limit` pieces run at a time.
 */
export function createPool<Thing>(
  limit: number,
  make: () => Thing,
): <Value>(work: (thing: Thing) => Promise<Value>) => Promise<Value> {
  const idle: Thing[] = [];
  const waiting: ((thing: Thing) => void)[] = [];
  let made = 0;
  const take = (): Thing | Promise<Thing> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (made >= limit) return new Promise((hand) => waiting.push(hand));
    const thing = make();
    made += 1;
    return thing;
  };
  return async (work) => {
    const thing = await take();
    try {
      return await work(thing);
    } finally {
      // Handed to the next in line, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next(thing);
      else idle.push(thing);
    }
  };
}
