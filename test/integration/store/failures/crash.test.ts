import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { applyCommit } from '../../../../src/store/commit.ts';
import { withFileSystem, type Operation } from '../file-system.ts';
import { readJson } from '../fixtures.ts';
import {
  finish,
  finished,
  injectAtEveryChange,
  readState,
  run,
  states,
  takeOver,
  usedWorkspace,
} from './interrupted-run.ts';

/** Simulates the end of the process: every later operation throws it too, so no handler can change files. */
class Crash extends Error {}

describe('a run that crashes at any of its changes', () => {
  test('is finished by the next run with nothing lost or duplicated', async () => {
    const seen = new Set<string>();
    const changes = await injectAtEveryChange(
      async ({ name }, { handle, isFirst }) => {
        // An interrupted write leaves part of the content.
        if (name === 'write' && isFirst) await handle?.writeFile('{"cut');
        throw new Crash();
      },
      async (fixture, failure) => {
        if (failure !== undefined) expect(failure).toBeInstanceOf(Crash);
        const newStage = await takeOver(fixture);
        const state = await readState(fixture.workspace);
        expect([states.first, states.second]).toContainEqual(state);
        seen.add(state.cache);
        expect(await finish(fixture, newStage)).toEqual(finished);
      },
    );
    expect(changes).toBeGreaterThan(40);
    expect([...seen]).toEqual(['first', 'second']);
  });

  test('is finished with the same result when the next run crashes as well', async () => {
    for (let at = 1; ; at += 1) {
      await using fixture = await usedWorkspace();
      const { workspace, stage } = fixture;
      const path = workspace.snapshot('projects');
      const crashed = withFileSystem(
        crashFrom((operation) => operation.name === 'rename' && operation.path === path),
        () => run(workspace, stage, '2026-11-23T09:00:00.000Z'),
      );
      await expect(crashed).rejects.toBeInstanceOf(Crash);
      // The user edits the file before the next run.
      await writeFile(path, JSON.stringify({ ...((await readJson(path)) as object), later: true }));
      let count = 0;
      await withFileSystem(
        crashFrom(({ name }) => name !== 'open' && ++count === at),
        () => applyCommit(stage, workspace.data),
      ).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Crash);
      });
      const newStage = await takeOver(fixture);
      expect(await readState(workspace)).toEqual(states.second);
      expect(await readJson(path)).toMatchObject({ later: true });
      expect(await finish(fixture, newStage)).toEqual(finished);
      if (count < at) {
        expect(at).toBeGreaterThan(8);
        return;
      }
    }
  });
});

/** Returns a handler that throws at the first matching operation and at every later one. */
function crashFrom(matches: (operation: Operation) => boolean): (operation: Operation) => void {
  let hasCrashed = false;
  return (operation) => {
    hasCrashed ||= matches(operation);
    if (hasCrashed) throw new Crash();
  };
}
