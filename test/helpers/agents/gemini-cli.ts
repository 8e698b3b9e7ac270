import { basename, join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  writeLogFile,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Chats as `ChatRecordingService` of google-gemini/gemini-cli writes them: a message again with its tokens. */
export const geminiCliSample = {
  name: 'gemini-cli',
  model: 'gemini-2.5-pro',
  directory: '.gemini',
  content: 'lines',
  lacks: ['cacheWrite'],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const project = inSession[0]?.project ?? '';
      const dir = join(home, '.gemini/tmp', basename(project));
      await writeLogFile(join(dir, '.project_root'), project);
      const header = { sessionId: session, projectHash: '0'.repeat(64), kind: 'main' };
      const path = join(dir, 'chats', `session-2026-11-20T22-00-${session}.jsonl`);
      await writeJsonLines(path, [header, ...inSession.flatMap(toLines)]);
    }
  },
} as const satisfies AgentSample;

function toLines({ id, timeMs, model, ...counts }: SampleResponse): object[] {
  const timestamp = new Date(timeMs).toISOString();
  const message = { id, timestamp, type: 'gemini', content: 'done', thoughts: [], model };
  const input = counts.input + counts.cacheRead;
  const tokens = {
    input,
    output: counts.output,
    cached: counts.cacheRead,
    thoughts: 0,
    tool: 0,
    total: input + counts.output,
  };
  return [
    { id: `user-${id}`, timestamp, type: 'user', content: [{ text: 'do it' }] },
    { ...message, tokens: null },
    { ...message, tokens },
    { $set: { lastUpdated: timestamp } },
  ];
}
