import type { Agent } from '../usage-log/agent.ts';
import { claudeCode } from './claude-code/index.ts';

/** The agents whose logs are read. To add one: a directory here, and a line. */
export const agents = [claudeCode] as const satisfies readonly Agent[];
