import { join } from 'node:path';
import { bySession, writeLogFile, type SampleResponse } from './agent-sample.ts';

/** Returns the messages of a task: its prompt, then a request with a text JSON and its answer per response. */
export const toTaskMessages = (
  responses: readonly SampleResponse[],
  toRequest: (response: SampleResponse) => object,
): object[] => [
  { ts: (responses[0]?.timeMs ?? 0) - 1, type: 'say', say: 'task', text: 'do it' },
  ...responses.flatMap((response) => [
    {
      ts: response.timeMs,
      type: 'say',
      say: 'api_req_started',
      text: JSON.stringify(toRequest(response)),
      modelInfo: { providerId: 'anthropic', modelId: response.model, mode: 'act' },
    },
    { ts: response.timeMs + 1, type: 'say', say: 'text', text: 'done', partial: false },
  ]),
];

/** Writes the task of each session below the storage of an extension in VS Code on Linux. */
export async function writeTasks(
  home: string,
  extension: string,
  responses: readonly SampleResponse[],
  toMessages: (inSession: readonly SampleResponse[]) => object[],
): Promise<void> {
  const dir = join(home, '.config/Code/User/globalStorage', extension, 'tasks');
  for (const [session, inSession] of bySession(responses)) {
    const messages = JSON.stringify(toMessages(inSession));
    await writeLogFile(join(dir, session, 'ui_messages.json'), messages);
  }
}
