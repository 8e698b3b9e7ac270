import { expect, test } from 'vitest';
import { hasCommit } from '../../../src/store/commit.ts';
import { checkFiles, checkHistory, finishCleanly, sweep, takeOver } from './crash-fixture.ts';
import { readJson } from './fixtures.ts';

test('a run that loses its lock at any of its changes spoils nothing of its successor', async () => {
  const outcomes = new Set<string>();
  await sweep(
    async (_operation, { fixture, isFirst }) => {
      if (!isFirst) return;
      const next = await takeOver(fixture);
      await finishCleanly(fixture, next);
    },
    async (fixture, failure) => {
      if (failure === undefined) {
        outcomes.add('finished');
        return;
      }
      outcomes.add((failure as { code: string }).code);
      expect(await checkFiles(fixture.workspace)).toBe('second');
      await checkHistory(fixture.workspace);
      // The last status is that of the successor.
      expect(await readJson(fixture.workspace.status)).toMatchObject({
        lastSync: '2026-11-23T09:30:00.000Z',
      });
    },
  );
  expect([...outcomes].toSorted()).toEqual(['finished', 'lock-lost']);
});

test('a disk that fails once, at any change, leaves the next run nothing to mend', async () => {
  await sweep(
    ({ name, path }, { isFirst }) => {
      if (isFirst) throw Object.assign(new Error(`EIO: ${name} ${path}`), { code: 'EIO' });
    },
    async (fixture, failure) => {
      const { workspace, stage } = fixture;
      if (failure !== undefined) {
        const message = expect.stringContaining('input/output error (EIO)') as string;
        expect(failure).toMatchObject({ code: 'io', message });
      }
      // Either all is as it was or as it will be, or the commit waits for the next run.
      if (!(await hasCommit(stage))) await checkFiles(workspace);
      await finishCleanly(fixture, await takeOver(fixture));
    },
  );
});
