import type { Source } from './source.ts';

const missing = 'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set — skipping token sync';
const unread = 'the Anthropic Admin API is not read by this version — skipping token sync';

/** What the organisation was billed. Without its two secrets it is skipped with the line of old. */
export const anthropicAdmin: Source = {
  name: 'anthropic-admin',
  tellsProjects: false,
  isEnabled: ({ anthropic }) => anthropic.enabled,
  read: ({ secrets, notice }) => {
    const hasSecrets = Boolean(secrets['ANTHROPIC_ADMIN_KEY'] && secrets['ANTHROPIC_ORG_ID']);
    const message = hasSecrets ? unread : missing;
    notice(message);
    return Promise.resolve({
      state: {
        status: 'skipped',
        message,
        coveredFrom: null,
        coveredTo: null,
        unpricedModels: [],
        warnings: {},
      },
      usage: null,
    });
  },
};
