import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { editedFiles, edits, initialFiles } from '../../helpers/random-edits.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { gitFiles, gitStatus } from './git-output.ts';
import { runsIn } from './reader-fixture.ts';

const edit = fc.record({
  what: fc.constantFrom(...Object.keys(edits)),
  file: fc.constantFrom(...editedFiles),
  /** Whether to compare with git afterwards, and whether to do so again when no file is racy. */
  compare: fc.constantFrom('no', 'at once', 'at once', 'later'),
});

test('status and files equal those of git after random edits', async () => {
  await using workspace = await temporaryWorkspace();
  let number = 0;
  let withoutGit = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 12 }), async (steps) => {
      number += 1;
      withoutGit += await applyEdits(workspace, `code/random-${String(number)}`, steps);
    }),
    { numRuns: 8 },
  );
  // Otherwise the cache was never used.
  expect(withoutGit).toBeGreaterThan(10);
});

/** Applies the edits and compares with git; returns how often the reader ran no git process. */
async function applyEdits(
  workspace: TemporaryWorkspace,
  name: string,
  steps: readonly { readonly what: string; readonly file: string; readonly compare: string }[],
): Promise<number> {
  const { path } = await workspace.gitRepository(name, initialFiles);
  const runs = runsIn(workspace);
  let withoutGit = 0;
  const compare = async (): Promise<void> => {
    const { result, started } = await runs.run(async (reader: RepositoryReader) => {
      const repository = await reader.open(path);
      const files = await reader.files(repository);
      const { changes, ahead, behind } = await reader.status(repository);
      return { files: files.toSorted(byPath), status: { changes, ahead, behind } };
    });
    expect(result).toEqual({ files: gitFiles(path), status: gitStatus(path) });
    if (started.length === 0) withoutGit += 1;
  };
  for (const [step, { what, file, compare: when }] of steps.entries()) {
    edits[what]?.(path, file, step);
    if (when === 'no') continue;
    await compare();
    if (when === 'at once') continue;
    // After this time a changed file is no longer racy (see `isRacy`).
    await setTimeout(110);
    await compare();
    await compare();
  }
  return withoutGit;
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : 1;
