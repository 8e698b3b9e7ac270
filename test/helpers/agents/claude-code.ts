import { join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Lines as Claude Code 2 writes them: user input, then the response. */
export const claudeCodeSample = {
  name: 'claude-code',
  model: 'claude-opus-5',
  directory: '.claude',
  content: 'lines',
  lacks: [],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const dir = inSession[0]?.project.replace(/[^A-Za-z0-9]/g, '-') ?? '';
      const path = join(home, '.claude/projects', dir, `${session}.jsonl`);
      await writeJsonLines(path, inSession.flatMap(toLines));
    }
  },
} as const satisfies AgentSample;

function toLines({ id, session, timeMs, model, project, ...counts }: SampleResponse): object[] {
  const line = {
    timestamp: new Date(timeMs).toISOString(),
    sessionId: session,
    cwd: project,
    isSidechain: false,
    version: '2.1.0',
  };
  const usage = {
    input_tokens: counts.input,
    output_tokens: counts.output,
    cache_read_input_tokens: counts.cacheRead,
    cache_creation_input_tokens: counts.cacheWrite,
    service_tier: 'standard',
  };
  const content = [{ type: 'text', text: 'done' }];
  return [
    { ...line, type: 'user', uuid: `user-${id}`, message: { role: 'user', content: 'do it' } },
    {
      ...line,
      type: 'assistant',
      uuid: `line-${id}`,
      parentUuid: `user-${id}`,
      requestId: `req_${id}`,
      message: { id: `msg_${id}`, type: 'message', role: 'assistant', model, content, usage },
    },
  ];
}
