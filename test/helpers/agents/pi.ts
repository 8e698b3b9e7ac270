import { join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Sessions as `SessionManager` of earendil-works/pi writes them. */
export const piSample = sessionSample({
  name: 'pi',
  directory: '.pi/agent',
  dirOf: (project) => `sessions/--${project.slice(1).replaceAll('/', '-')}--`,
  lacks: [],
});

export const ohMyPiSample = sessionSample({
  name: 'oh-my-pi',
  directory: '.omp/agent',
  dirOf: (project) => `sessions/--${project.slice(1).replaceAll('/', '-')}--`,
  lacks: [],
});

export const openclawSample = sessionSample({
  name: 'openclaw',
  directory: '.openclaw',
  dirOf: () => 'agents/main/sessions',
  lacks: ['project'],
});

function sessionSample({
  dirOf,
  ...sample
}: Pick<AgentSample, 'name' | 'directory' | 'lacks'> & {
  readonly dirOf: (project: string) => string;
}): AgentSample {
  return {
    ...sample,
    model: 'claude-opus-5',
    content: 'lines',
    write: async (home, responses) => {
      for (const [session, inSession] of bySession(responses)) {
        const cwd = inSession[0]?.project ?? '';
        const timestamp = '2026-11-20T22:00:00.000Z';
        const path = join(home, sample.directory, dirOf(cwd), `${session}.jsonl`);
        await writeJsonLines(path, [
          { type: 'session', version: 3, id: session, timestamp, cwd },
          ...inSession.flatMap(toLines),
        ]);
      }
    },
  };
}

function toLines({ id, timeMs, model, input, output, ...cache }: SampleResponse): object[] {
  const timestamp = new Date(timeMs).toISOString();
  const usage = {
    ...{ input, output, ...{ cacheRead: cache.cacheRead, cacheWrite: cache.cacheWrite } },
    totalTokens: input + output + cache.cacheRead + cache.cacheWrite,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  };
  const message = { role: 'assistant', api: 'anthropic-messages', provider: 'anthropic', model };
  return [
    {
      ...{ type: 'message', id: `user-${id}`, parentId: null, timestamp },
      message: { role: 'user', content: 'do it', timestamp: timeMs },
    },
    {
      ...{ type: 'message', id, parentId: `user-${id}`, timestamp },
      message: { ...message, usage, stopReason: 'stop', timestamp: timeMs },
    },
  ];
}
