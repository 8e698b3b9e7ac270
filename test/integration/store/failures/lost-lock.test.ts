import { expect, test } from 'vitest';
import { readJson } from '../fixtures.ts';
import {
  completeHistory,
  finish,
  finished,
  injectAtEveryChange,
  readHistoryState,
  readState,
  states,
  takeOver,
} from './interrupted-run.ts';

test('a run that loses its lock at any of its changes does not change the files of its successor', async () => {
  const outcomes = new Set<string>();
  await injectAtEveryChange(
    async (_operation, { fixture, isFirst }) => {
      if (isFirst) expect(await finish(fixture, await takeOver(fixture))).toEqual(finished);
    },
    async ({ workspace }, failure) => {
      if (failure === undefined) {
        outcomes.add('finished');
        return;
      }
      outcomes.add((failure as { code: string }).code);
      expect(await readState(workspace)).toEqual(states.second);
      expect(await readHistoryState(workspace)).toEqual(completeHistory);
      // The last status is that of the successor.
      expect(await readJson(workspace.status)).toMatchObject({
        lastSync: '2026-11-23T09:30:00.000Z',
      });
    },
  );
  expect([...outcomes].toSorted()).toEqual(['finished', 'lock-lost']);
});
