import { describe, expect, test } from 'vitest';
import { workspaceAt } from '../../../src/config/workspace.ts';
import type { RunContext } from '../../../src/run/context.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import type { PlanOutcome } from '../../../src/run/execute-plan.ts';
import { recordRun } from '../../../src/run/record-run.ts';
import { configFile } from '../../../src/schema/config.ts';
import { mapSyncs } from '../../../src/schema/sync-names.ts';
import { UserError } from '../../../src/util/errors.ts';
import { testSystem } from '../../helpers/context.ts';

const diskFull = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

const outcome: PlanOutcome = {
  results: mapSyncs(() => ({ outcome: 'skipped', reason: 'aborted' }) as const),
  previousStatus: null,
  changes: [],
  fatal: diskFull,
  durationMs: 1,
};

/** Returns the context of a run whose status can't be saved, and the events that the run emits. */
function failingContext(error: Error): { context: RunContext; events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  const context = {
    runId: '2026-11-23T10:00:00.000Z',
    trigger: 'manual',
    stage: '/stage',
    workspace: workspaceAt('/work'),
    config: configFile.parse({}),
    shared: { system: testSystem() },
    signal: new AbortController().signal,
    redact: (text: string) => text,
    emit: (event: RunEvent) => void events.push(event),
    store: { saveRun: () => Promise.reject(error) },
  } as unknown as RunContext;
  return { context, events };
}

describe('recordRun', () => {
  test('reports that the status was not saved in addition to the error that ended the run', async () => {
    const { context, events } = failingContext(
      new UserError('io', 'sync-status.json: is read-only'),
    );
    await expect(recordRun(outcome, context)).rejects.toMatchObject({
      code: 'io',
      message: diskFull.message,
    });
    expect(events).toMatchObject([
      {
        type: 'warning',
        warning: { code: 'status-not-saved', message: 'sync-status.json: is read-only' },
      },
    ]);
  });

  test('reports an unexpected error as a bug in addition to the error that ended the run', async () => {
    const { context, events } = failingContext(new TypeError('x is undefined'));
    await expect(recordRun(outcome, context)).rejects.toThrow(diskFull.message);
    expect(events).toMatchObject([{ type: 'bug' }]);
  });

  test('throws the error of the status when no error ended the run', async () => {
    const { context } = failingContext(new UserError('io', 'sync-status.json: is read-only'));
    await expect(recordRun({ ...outcome, fatal: null }, context)).rejects.toThrow('is read-only');
  });
});
