import { expect, test, vi } from 'vitest';
import { afterRun, responseLine, temporaryHome } from './run-tokens.ts';

const { load } = vi.hoisted(() => ({ load: vi.fn() }));
vi.mock('../../../../src/syncs/tokens/pricing/price-lists.data.ts', async (importOriginal) => {
  load();
  return importOriginal();
});

test('the tokens sync loads the price table only when there are calls to price', async () => {
  await using home = await temporaryHome();
  const empty = await home.collect();
  expect(load).not.toHaveBeenCalled();
  await home.writeLog('-home-dev-app/a.jsonl', [responseLine()]);
  const { snapshot } = await home.collect(afterRun(empty));
  expect(load).toHaveBeenCalled();
  expect(Object.keys(snapshot.totals)).toEqual(['claude-code']);
});
