/**
 * Does `work` for every item, at most `limit` at a time; the answers are in the order of the items.
 * After the first failure, or when `signal` is aborted, it takes no new ones and rejects with the reason.
 */
export async function concurrently<Item, Answer>(
  items: readonly Item[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      options.signal.throwIfAborted();
      if (failed) return;
      try {
        answers[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: options.limit }, worker);
  // Nothing is still at work when this call ends, also when it fails.
  await Promise.allSettled(workers);
  await Promise.all(workers);
  options.signal.throwIfAborted();
  return answers;
}
