import { join } from 'node:path';
import { bySession, writeLogFile, type SampleResponse } from './agent-sample.ts';
import { toTaskMessages, writeTasks } from './vscode-tasks.ts';

/** Writes tasks as Roo Code does: the complete prompt as input, no model, the directory beside the messages. */
export async function writeRooTasks(
  home: string,
  extension: string,
  responses: readonly SampleResponse[],
): Promise<void> {
  for (const [id, [first]] of bySession(responses)) {
    const path = join(home, '.config/Code/User/globalStorage', extension, 'tasks', id);
    const item = { id, number: 1, workspace: first?.project, apiConfigName: 'default' };
    await writeLogFile(join(path, 'history_item.json'), JSON.stringify(item));
  }
  await writeTasks(home, extension, responses, (inSession) =>
    toTaskMessages(inSession, ({ input, output, cacheRead, cacheWrite }) => ({
      request: '<environment>unknown</environment>',
      apiProtocol: 'anthropic',
      tokensIn: input + cacheRead + cacheWrite,
      tokensOut: output,
      cacheWrites: cacheWrite,
      cacheReads: cacheRead,
      cost: 0.01,
    })).map((message) => ({ ...message, modelInfo: undefined })),
  );
}
