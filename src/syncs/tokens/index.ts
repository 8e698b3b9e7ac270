import type { Sync } from '../sync.ts';
export const tokens: Sync<'tokens'> = {
  name: 'tokens',
  collect: (context) => {
    context.notice('ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set — skipping token sync');
    return Promise.resolve({
      snapshot: { schemaVersion: 1, updatedAt: context.startedAt.toISOString(), timeZone: 'UTC', sources: {}, totals: {}, daily: [], projects: [], manual: context.previous?.manual ?? [] },
      counts: { entries: 0, manual: 0 },
    });
  },
  digest: () => [],
};
