import { join } from 'node:path';
import { bySession, writeLogFile, type AgentSample } from './agent-sample.ts';

/** Sessions of Cline CLI 3: the complete input in the metrics of each message. */
export const clineCliSample = {
  name: 'cline-cli',
  model: 'claude-opus-5',
  directory: '.cline/data',
  content: 'document',
  lacks: [],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const path = join(home, '.cline/data/sessions', session, session);
      const project = inSession[0]?.project;
      const manifest = {
        version: 1,
        session_id: session,
        source: 'cli',
        started_at: '2026-11-20T20:00:00.000Z',
        status: 'completed',
        cwd: project,
        workspace_root: project,
        metadata: { aggregateUsage: { inputTokens: 1, outputTokens: 9_999_999, totalCost: 9 } },
      };
      await writeLogFile(`${path}.json`, JSON.stringify(manifest, null, 2));
      const messages = inSession.flatMap(({ id, timeMs, model, ...counts }) => [
        { id: `user-${id}`, role: 'user', content: 'do it', ts: timeMs - 1 },
        {
          id,
          role: 'assistant',
          content: [{ type: 'text', text: 'done' }],
          ts: timeMs,
          modelInfo: { id: model, provider: 'anthropic' },
          metrics: {
            inputTokens: counts.input + counts.cacheRead + counts.cacheWrite,
            outputTokens: counts.output,
            cacheReadTokens: counts.cacheRead,
            cacheWriteTokens: counts.cacheWrite,
            cost: 0.01,
          },
        },
      ]);
      await writeLogFile(
        `${path}.messages.json`,
        JSON.stringify({ version: 1, sessionId: session, messages }, null, 2),
      );
    }
  },
} as const satisfies AgentSample;
