import { join } from 'node:path';
import { bySession, writeLogFile, type AgentSample } from './agent-sample.ts';
import { toTaskMessages, writeTasks } from './vscode-tasks.ts';

const extension = 'saoudrizwan.claude-dev';
const directory = join('.config/Code/User/globalStorage', extension);

/** Tasks of Cline 3.38 with Anthropic: the input without cached tokens, the directories in the task history. */
export const clineSample = {
  name: 'cline',
  model: 'claude-opus-5',
  directory,
  content: 'document',
  isNested: true,
  lacks: [],
  write: async (home, responses) => {
    const items = [...bySession(responses)].map(([id, [first]]) => ({
      id,
      ts: first?.timeMs,
      task: 'do it',
      cwdOnTaskInitialization: first?.project,
    }));
    await writeLogFile(join(home, directory, 'state/taskHistory.json'), JSON.stringify(items));
    await writeTasks(home, extension, responses, (inSession) =>
      toTaskMessages(inSession, ({ input, output, cacheRead, cacheWrite }) => ({
        request: 'do it',
        tokensIn: input,
        tokensOut: output,
        cacheWrites: cacheWrite,
        cacheReads: cacheRead,
        cost: 0.01,
      })),
    );
  },
} as const satisfies AgentSample;
