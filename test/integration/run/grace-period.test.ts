import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planRun } from '../../../src/syncs/plan.ts';
import { createRunContext, loadSettings } from '../../../src/run/context.ts';
import type { Discovery } from '../../../src/discovery/discovery.ts';
import { withLock } from '../../../src/lock/index.ts';
import { unreadableProject } from '../../../src/syncs/quality/project-files/unreadable-project.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

/** Discovers the projects as a run does, with or without the projects sync. */
async function discoverInRun({ paths }: TemporaryWorkspace): Promise<Discovery> {
  const system = testSystem({ env: {} });
  const options = { workspace: paths, staleMs: 60_000, waitMs: 0, system };
  const result = await withLock(
    { ...options, onEvent: () => undefined },
    async ({ stage, lost }) => {
      await using context = await createRunContext({
        settings: await loadSettings(paths, system),
        ...{
          request: {},
          plan: planRun({ syncs: [] }, null),
          stage,
          signal: lost,
          system,
          emit: () => undefined,
        },
      });
      const discovery = await context.shared.discover();
      await context.saveSharedCaches();
      return discovery;
    },
  );
  if (!result.held) throw new Error('the lock is held');
  return result.value;
}

test('discovery reports projects as missing for all syncs in the second run after most of a root vanished', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('data/config/sync.json', JSON.stringify({ projects: { roots: ['code'] } }));
  await workspace.write('code/left/go.mod', '');
  const known = ['a', 'b', 'c'].map((id) => ({ id, path: join(workspace.root, 'code', id) }));
  await workspace.write('data/quality.json', JSON.stringify(qualityOf(known)));
  const first = await discoverInRun(workspace);
  expect([...first.missing]).toEqual([]);
  expect([...first.inGracePeriod]).toEqual(['a', 'b', 'c']);
  const second = await discoverInRun(workspace);
  expect([...second.missing]).toEqual(['a', 'b', 'c']);
  expect([...second.inGracePeriod]).toEqual([]);
});

const qualityOf = (known: readonly { readonly id: string; readonly path: string }[]): object => ({
  schemaVersion: 1,
  updatedAt: '2026-11-23T08:45:00.000Z',
  summary: { projects: 3, withCoverage: 0, withLighthouse: 0, todos: null },
  projects: known.map((project) =>
    unreadableProject(
      { ...project, name: '', kind: 'git', fileId: null, ignoresCase: false, root: 0 },
      '',
    ),
  ),
});
