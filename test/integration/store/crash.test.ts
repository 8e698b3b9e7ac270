import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { applyCommit, hasCommit, hasCommitSync } from '../../../src/store/commit.ts';
import {
  checkFiles,
  finishCleanly,
  run,
  second,
  sweep,
  takeOver,
  usedWorkspace,
} from './crash-fixture.ts';
import { withFileSystem, type Operation } from './file-system.ts';
import { readJson } from './fixtures.ts';

/** Stands for the end of the process: no code may catch it and go on changing files. */
class Crash extends Error {}

describe('a run that ends at any of its changes', () => {
  test('leaves files that the next one finishes: none lost, none doubled', async () => {
    const seen = new Set<string>();
    const steps = await sweep(
      async ({ name }, { handle, isFirst }) => {
        // A write that is cut off leaves a part of itself.
        if (name === 'write' && isFirst) await handle?.writeFile('{"cut');
        throw new Crash();
      },
      async (fixture, failure) => {
        if (failure !== undefined) expect(failure).toBeInstanceOf(Crash);
        expect(hasCommitSync(fixture.stage)).toBe(await hasCommit(fixture.stage));
        const next = await takeOver(fixture);
        seen.add(await checkFiles(fixture.workspace));
        await finishCleanly(fixture, next);
      },
    );
    expect(steps).toBeGreaterThan(40);
    expect([...seen]).toEqual(['first', 'second']);
  });

  test('is finished the same way when the one that finishes it ends as well', async () => {
    for (let at = 1; ; at += 1) {
      await using fixture = await usedWorkspace();
      const { workspace, stage } = fixture;
      const path = workspace.snapshot('projects');
      const crashed = withFileSystem(
        crashFrom((operation) => operation.name === 'rename' && operation.path === path),
        () => run(workspace, stage, '2026-11-23T09:00:00.000Z', second),
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
      const next = await takeOver(fixture);
      expect(await checkFiles(workspace)).toBe('second');
      expect(await readJson(path)).toMatchObject({ later: true });
      await finishCleanly(fixture, next);
      if (count < at) {
        expect(at).toBeGreaterThan(8);
        return;
      }
    }
  });
});

function crashFrom(isHere: (operation: Operation) => boolean): (operation: Operation) => void {
  let isOver = false;
  return (operation) => {
    isOver ||= isHere(operation);
    if (isOver) throw new Crash();
  };
}
