import { join } from 'node:path';
import type { AgentSample } from './agent-sample.ts';
import { writeRooTasks } from './roo-tasks.ts';

const extension = 'kilocode.kilo-code';

/** Tasks of Kilo Code 4.120. */
export const kiloCodeSample = {
  name: 'kilo-code',
  // Not in the logs.
  model: 'unknown',
  directory: join('.config/Code/User/globalStorage', extension),
  content: 'document',
  isNested: true,
  lacks: [],
  write: (home, responses) => writeRooTasks(home, extension, responses),
} as const satisfies AgentSample;
