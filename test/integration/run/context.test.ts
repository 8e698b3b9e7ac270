import { expect, test, vi } from 'vitest';
import { planRun } from '../../../src/syncs/plan.ts';
import { createRunContext, loadSettings } from '../../../src/run/context.ts';
import { discover } from '../../../src/discovery/discover.ts';
import { emptyDiscovery, testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

vi.mock('../../../src/discovery/discover.ts');

test('discovery is repeated after a failure and then shared by all syncs', async () => {
  await using workspace = await temporaryWorkspace();
  const system = testSystem({ env: {} });
  await using context = await createRunContext({
    settings: await loadSettings(workspace.paths, system),
    request: {},
    plan: planRun({ syncs: [] }, null),
    stage: null,
    signal: new AbortController().signal,
    system,
    emit: () => undefined,
  });
  vi.mocked(discover)
    .mockRejectedValueOnce(Object.assign(new Error('EMFILE'), { code: 'EMFILE' }))
    .mockResolvedValue(emptyDiscovery);
  const { discover: discoverOnce } = context.shared;
  await expect(discoverOnce()).rejects.toThrow('EMFILE');
  const found = await discoverOnce();
  expect(await discoverOnce()).toBe(found);
  expect(discover).toHaveBeenCalledTimes(2);
});
