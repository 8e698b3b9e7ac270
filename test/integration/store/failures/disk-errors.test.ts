import { expect, test } from 'vitest';
import { hasCommit } from '../../../../src/store/commit.ts';
import {
  finish,
  finished,
  injectAtEveryChange,
  readState,
  states,
  takeOver,
} from './interrupted-run.ts';

test('a run that gets one EIO at any of its changes is finished by the next run', async () => {
  await injectAtEveryChange(
    ({ name, path }, { isFirst }) => {
      if (isFirst) throw Object.assign(new Error(`EIO: ${name} ${path}`), { code: 'EIO' });
    },
    async (fixture, failure) => {
      const { workspace, stage } = fixture;
      if (failure !== undefined) {
        const message = expect.stringContaining('input/output error (EIO)') as string;
        expect(failure).toMatchObject({ code: 'io', message });
      }
      // The files have the old or the new state unless the commit is left to the next run.
      if (!hasCommit(stage)) {
        expect([states.first, states.second]).toContainEqual(await readState(workspace));
      }
      expect(await finish(fixture, await takeOver(fixture))).toEqual(finished);
    },
  );
});
