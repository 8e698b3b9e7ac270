import { join } from 'node:path';
import {
  bySession,
  writeJsonLines,
  type AgentSample,
  type SampleResponse,
} from './agent-sample.ts';

/** Rollouts as Codex 0.140 writes them: the running total of the thread after every response. */
export const codexSample = {
  name: 'codex',
  model: 'gpt-5.4',
  directory: '.codex',
  content: 'lines',
  // Codex writes the count, but the price table has no price for it.
  lacks: ['cacheWrite'],
  write: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const [first] = inSession;
      if (first === undefined) continue;
      const path = join(
        home,
        '.codex/sessions/2026/11/20',
        `rollout-2026-11-20T22-00-00-${session}.jsonl`,
      );
      await writeJsonLines(path, rolloutLines(session, first, inSession));
    }
  },
} as const satisfies AgentSample;

function rolloutLines(
  id: string,
  first: SampleResponse,
  responses: readonly SampleResponse[],
): object[] {
  const { project: cwd } = first;
  const timestamp = new Date(first.timeMs - 60_000).toISOString();
  const header = {
    id,
    timestamp,
    cwd,
    originator: 'codex_cli_rs',
    cli_version: '0.140.0',
    source: 'cli',
  };
  let total = tokenUsage(0, 0, 0);
  const lines: object[] = [{ timestamp, type: 'session_meta', payload: header }];
  for (const { timeMs, model, project, input, cacheRead, cacheWrite, output } of responses) {
    const last = tokenUsage(input + cacheRead + cacheWrite, cacheRead, output);
    total = sum(total, last);
    const info = {
      total_token_usage: total,
      last_token_usage: last,
      model_context_window: 272_000,
    };
    const at = new Date(timeMs).toISOString();
    lines.push(
      {
        timestamp: at,
        type: 'turn_context',
        payload: { cwd: project, approval_policy: 'never', model },
      },
      { timestamp: at, type: 'event_msg', payload: { type: 'task_started' } },
      {
        timestamp: at,
        type: 'response_item',
        payload: {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'done' }],
        },
      },
      {
        timestamp: at,
        type: 'event_msg',
        payload: { type: 'token_count', info, rate_limits: null },
      },
    );
  }
  return lines;
}

interface TokenUsage {
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_output_tokens: number;
  readonly total_tokens: number;
}

const tokenUsage = (input: number, cached: number, output: number): TokenUsage => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: Math.floor(output / 2),
  total_tokens: input + output,
});

const sum = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  input_tokens: a.input_tokens + b.input_tokens,
  cached_input_tokens: a.cached_input_tokens + b.cached_input_tokens,
  output_tokens: a.output_tokens + b.output_tokens,
  reasoning_output_tokens: a.reasoning_output_tokens + b.reasoning_output_tokens,
  total_tokens: a.total_tokens + b.total_tokens,
});
