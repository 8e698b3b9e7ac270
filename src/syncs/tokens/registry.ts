import { agents } from './agents/registry.ts';
import { anthropicAdmin } from './billing/anthropic-admin.ts';
import { openai } from './billing/openai.ts';
import type { Source } from './source.ts';
import { agentSource } from './usage-log/agent-source.ts';

/** All token sources, in the order in which they are reported. */
export const sources: readonly Source[] = [anthropicAdmin, openai, ...agents.map(agentSource)];
