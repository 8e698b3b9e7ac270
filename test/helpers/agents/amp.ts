import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bySession, writeLogFile, type AgentSample } from './agent-sample.ts';

/** Threads of newer versions of Amp, with usage in their messages. */
export const ampSample = {
  name: 'amp',
  model: 'claude-opus-5',
  directory: '.local/share/amp',
  content: 'document',
  lacks: [],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const { project = '/', timeMs: created = 0 } = inSession[0] ?? {};
      const trees = [{ displayName: 'app', uri: pathToFileURL(project).href }];
      const messages = inSession.flatMap(({ timeMs, model, ...counts }, index) => [
        { role: 'user', messageId: 2 * index, content: [], meta: { sentAt: timeMs } },
        {
          ...{ role: 'assistant', messageId: 2 * index + 1, content: [] },
          usage: {
            model,
            timestamp: new Date(timeMs).toISOString(),
            inputTokens: counts.input,
            outputTokens: counts.output,
            cacheCreationInputTokens: counts.cacheWrite,
            cacheReadInputTokens: counts.cacheRead,
            totalInputTokens: counts.input + counts.cacheWrite + counts.cacheRead,
          },
        },
      ]);
      const thread = { v: 1, id: `T-${session}`, created, env: { initial: { trees } }, messages };
      const path = join(home, '.local/share/amp/threads', `T-${session}.json`);
      await writeLogFile(path, JSON.stringify(thread, null, 2));
    }
  },
} as const satisfies AgentSample;
