import { join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Chats as `ChatRecordingService` of QwenLM/qwen-code writes them, with a model that has a known price. */
export const qwenCodeSample = {
  name: 'qwen-code',
  model: 'gpt-5',
  directory: '.qwen',
  content: 'lines',
  lacks: ['cacheWrite'],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const dir = (inSession[0]?.project ?? '').replace(/[^A-Za-z0-9]/g, '-');
      const path = join(home, '.qwen/projects', dir, 'chats', `${session}.jsonl`);
      await writeJsonLines(path, inSession.flatMap(toLines));
    }
  },
} as const satisfies AgentSample;

function toLines({ id, session, timeMs, model, project, ...counts }: SampleResponse): object[] {
  const line = {
    sessionId: session,
    timestamp: new Date(timeMs).toISOString(),
    cwd: project,
    version: '0.9.0',
  };
  const prompt = counts.input + counts.cacheRead;
  const usageMetadata = {
    promptTokenCount: prompt,
    candidatesTokenCount: counts.output,
    cachedContentTokenCount: counts.cacheRead,
    totalTokenCount: prompt + counts.output,
  };
  return [
    { ...line, uuid: `user-${id}`, parentUuid: null, type: 'user', message: { role: 'user' } },
    { ...line, uuid: id, parentUuid: `user-${id}`, type: 'assistant', model, usageMetadata },
  ];
}
