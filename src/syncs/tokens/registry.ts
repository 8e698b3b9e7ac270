import { agents } from './agents/registry.ts';
import { anthropicAdmin } from './billing/anthropic-admin.ts';
import { cursor } from './billing/cursor.ts';
import { litellm } from './billing/litellm.ts';
import { openai } from './billing/openai.ts';
import { openrouter } from './billing/openrouter.ts';
import type { Source } from './source.ts';
import { agentSource } from './usage-log/agent-source.ts';

/** All token sources, in the order in which they are reported. */
export const sources: readonly Source[] = [
  anthropicAdmin,
  openai,
  openrouter,
  cursor,
  litellm,
  ...agents.map(agentSource),
];
