import type { Agent } from '../usage-log/agent.ts';
import { claudeCode } from './claude-code/index.ts';

/** The agents whose logs are read. To add an agent, add a directory and a line here. */
export const agents = [claudeCode] as const satisfies readonly Agent[];

export type AgentName = (typeof agents)[number]['name'];
