import { join } from 'node:path';
import type { AgentSample } from './agent-sample.ts';
import { writeRooTasks } from './roo-tasks.ts';

const extension = 'rooveterinaryinc.roo-cline';

/** Tasks of Roo Code 3.30. */
export const rooCodeSample = {
  name: 'roo-code',
  // Not in the logs.
  model: 'unknown',
  directory: join('.config/Code/User/globalStorage', extension),
  content: 'document',
  isNested: true,
  lacks: [],
  write: (home, responses) => writeRooTasks(home, extension, responses),
} as const satisfies AgentSample;
