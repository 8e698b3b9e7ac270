import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  writeLogFile,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Wire logs as MoonshotAI/kimi-cli writes them (src/kimi_cli/wire/file.py), which contain no model. */
export const kimiCliSample = {
  name: 'kimi-cli',
  model: 'unknown',
  directory: '.kimi',
  content: 'lines',
  lacks: ['model'],
  write: async (home, responses) => {
    const paths = [...new Set(responses.map(({ project }) => project))];
    const workDirs = paths.map((path) => ({ path, kaos: 'local', last_session_id: null }));
    await writeLogFile(join(home, '.kimi/kimi.json'), JSON.stringify({ work_dirs: workDirs }));
    for (const [session, inSession] of bySession(responses)) {
      const dir = createHash('md5')
        .update(inSession[0]?.project ?? '')
        .digest('hex');
      await writeJsonLines(join(home, '.kimi/sessions', dir, session, 'wire.jsonl'), [
        { type: 'metadata', protocol_version: '1.9' },
        ...inSession.flatMap(toLines),
      ]);
    }
  },
} as const satisfies AgentSample;

function toLines({ id, timeMs, ...counts }: SampleResponse): object[] {
  const timestamp = timeMs / 1000;
  const token_usage = {
    input_other: counts.input,
    output: counts.output,
    input_cache_read: counts.cacheRead,
    input_cache_creation: counts.cacheWrite,
  };
  const payload = { context_usage: 0.1, token_usage, message_id: `chatcmpl-${id}` };
  return [
    { timestamp, message: { type: 'TurnBegin', payload: { user_input: 'do it' } } },
    { timestamp, message: { type: 'StepBegin', payload: { n: 1 } } },
    { timestamp, message: { type: 'StatusUpdate', payload } },
  ];
}
