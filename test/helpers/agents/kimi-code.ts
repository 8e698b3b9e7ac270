import { basename, join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  writeLogFile,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Records as MoonshotAI/kimi-code writes them (packages/agent-core/src/agent/records/types.ts). */
export const kimiCodeSample = {
  name: 'kimi-code',
  model: 'kimi-k2-thinking',
  directory: '.kimi-code',
  content: 'lines',
  lacks: [],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const { project = '', timeMs = 0 } = inSession[0] ?? {};
      const dir = join(home, '.kimi-code/sessions', `wd_${basename(project)}`, `ses_${session}`);
      await writeLogFile(join(dir, 'state.json'), JSON.stringify({ workDir: project }));
      await writeJsonLines(join(dir, 'agents/main/wire.jsonl'), [
        { type: 'metadata', protocol_version: '1.0', created_at: timeMs },
        ...inSession.flatMap(toLines),
      ]);
    }
  },
} as const satisfies AgentSample;

function toLines({ timeMs: time, model, ...counts }: SampleResponse): object[] {
  const alias = 'kimi-code/kimi-for-coding';
  const usage = {
    inputOther: counts.input,
    output: counts.output,
    inputCacheRead: counts.cacheRead,
    inputCacheCreation: counts.cacheWrite,
  };
  const event = { type: 'step.end', usage: { ...usage, output: 1 }, finishReason: 'end_turn' };
  return [
    { type: 'llm.request', kind: 'loop', provider: 'moonshotai', model, modelAlias: alias, time },
    { type: 'context.append_loop_event', event, time },
    { type: 'usage.record', model: alias, usage, usageScope: 'turn', time },
  ];
}
