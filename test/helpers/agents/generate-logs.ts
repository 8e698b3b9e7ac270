import type { AgentName } from '../../../src/schema/agent-names.ts';
import type { SampleResponse } from './agent-sample.ts';
import { samples } from './registry.ts';
import { traps } from './traps/registry.ts';

export { generateResponses, totalsOf } from './generate-responses.ts';
export { samples } from './registry.ts';

/** Writes the logs that an agent has after these responses, with all its traps. */
export async function generateLogs(
  name: AgentName,
  home: string,
  responses: readonly SampleResponse[],
): Promise<void> {
  await samples[name].write(home, responses);
  await traps[name].plant(home, responses);
}

/** Does to the logs what the agent does after a while: archives, renames or compacts them. */
export const rotateLogs = async (
  name: AgentName,
  home: string,
  responses: readonly SampleResponse[],
): Promise<void> => traps[name].rotate?.(home, responses);
