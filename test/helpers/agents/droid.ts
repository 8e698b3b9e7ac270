import { join } from 'node:path';
import { bySession, writeJsonLines, writeLogFile, type AgentSample } from './agent-sample.ts';

/** The running total of a session in its settings, and its messages beside them. */
export const droidSample = {
  name: 'droid',
  model: 'claude-opus-5',
  directory: '.factory',
  content: 'document',
  runningTotals: true,
  lacks: [],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const project = inSession[0]?.project ?? '';
      const path = join(home, '.factory/sessions', project.replaceAll('/', '-'), session);
      const sum = (kind: 'input' | 'output' | 'cacheRead' | 'cacheWrite'): number =>
        inSession.reduce((total, response) => total + response[kind], 0);
      await writeJsonLines(`${path}.jsonl`, [
        { type: 'session_start', id: session, title: 'New Session', cwd: project },
        ...inSession.map(({ id, timeMs }) => ({
          type: 'message',
          id,
          timestamp: new Date(timeMs).toISOString(),
          message: { role: 'assistant', content: [{ type: 'text', text: 'done' }] },
        })),
      ]);
      const settings = {
        assistantActiveTimeMs: 1000,
        model: inSession.at(-1)?.model,
        providerLock: 'anthropic',
        tokenUsage: {
          inputTokens: sum('input'),
          outputTokens: sum('output'),
          cacheCreationTokens: sum('cacheWrite'),
          cacheReadTokens: sum('cacheRead'),
          thinkingTokens: 0,
        },
      };
      await writeLogFile(`${path}.settings.json`, JSON.stringify(settings, null, 2));
    }
  },
} as const satisfies AgentSample;
