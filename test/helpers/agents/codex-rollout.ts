import { join } from 'node:path';
import { writeJsonLines } from './agent-sample.ts';

/** Counts of a response. `input` contains the cached and written tokens, as Codex writes it. */
export interface Tokens {
  readonly input: number;
  readonly cached?: number;
  readonly written?: number;
  readonly output?: number;
}

const usageOf = ({ input, cached = 0, written = 0, output = 0 }: Tokens): object => ({
  input_tokens: input,
  cached_input_tokens: cached,
  cache_write_input_tokens: written,
  output_tokens: output,
  reasoning_output_tokens: 0,
  total_tokens: input + output,
});

export interface RolloutHeader {
  readonly id?: string;
  readonly forkedFrom?: string;
  readonly spawnedBy?: string;
  readonly historyStart?: number;
  readonly cwd?: string;
}

const startMs = Date.parse('2026-11-20T10:00:00Z');

/** Builds the lines of a rollout. The clock advances by ten seconds before every line unless a time is given. */
export class RolloutBuilder {
  readonly lines: object[] = [];
  private readonly header: RolloutHeader;
  private timeMs: number;
  private total: Tokens = { input: 0 };

  constructor(header: RolloutHeader = {}, at = '2026-11-20T10:00:00Z') {
    this.header = header;
    this.timeMs = Date.parse(at);
    const { id = threadId(1), forkedFrom, spawnedBy, historyStart, cwd = '/home/dev/app' } = header;
    this.add('session_meta', {
      id,
      cwd,
      cli_version: '0.155.0',
      source: spawnedBy === undefined ? 'cli' : spawnSource(spawnedBy),
      ...(forkedFrom === undefined ? {} : { forked_from_id: forkedFrom }),
      ...(historyStart === undefined ? {} : { subagent_history_start_ordinal: historyStart }),
    });
    this.turn('gpt-5.4', cwd);
  }

  /** Sets the time of the next line. */
  at(seconds: number): this {
    this.timeMs = startMs + seconds * 1000;
    return this;
  }

  add(type: string, payload: object, more: object = {}): this {
    this.lines.push({ timestamp: new Date(this.timeMs).toISOString(), ...more, type, payload });
    this.timeMs += 10_000;
    return this;
  }

  event(type: string, payload: object = {}, more: object = {}): this {
    return this.add('event_msg', { type, ...payload }, more);
  }

  turn(model: string, cwd = this.header.cwd ?? '/home/dev/app'): this {
    return this.add('turn_context', { cwd, approval_policy: 'never', model });
  }

  tier(serviceTier?: string): this {
    const tier = serviceTier === undefined ? {} : { service_tier: serviceTier };
    return this.event('thread_settings_applied', {
      thread_settings: { model: 'gpt-5.4', ...tier },
    });
  }

  /** The usage of a response as growth of the running total. */
  count(tokens: Tokens, more: object = {}): this {
    this.total = {
      input: this.total.input + tokens.input,
      cached: (this.total.cached ?? 0) + (tokens.cached ?? 0),
      written: (this.total.written ?? 0) + (tokens.written ?? 0),
      output: (this.total.output ?? 0) + (tokens.output ?? 0),
    };
    return this.tokenCount({ last: tokens, total: this.total }, more);
  }

  /** The running total again, as after a change of the rate limits. */
  repeat(): this {
    return this.tokenCount({ last: { input: 1 }, total: this.total });
  }

  tokenCount(
    { last, total }: { readonly last?: Tokens; readonly total?: Tokens },
    more: object = {},
  ): this {
    const info = {
      ...(total === undefined ? {} : { total_token_usage: usageOf(total) }),
      ...(last === undefined ? {} : { last_token_usage: usageOf(last) }),
    };
    return this.event('token_count', { info, rate_limits: { primary: { used_percent: 3 } } }, more);
  }

  /** The record of a response, of this thread unless another is given. */
  response(id: string, tokens: Tokens, more: object = {}): this {
    const thread = this.header.id ?? threadId(1);
    const payload = { thread_id: thread, response_id: id, usage: usageOf(tokens), ...more };
    return this.add('token_usage_record', payload);
  }

  compacted(responseId: string): this {
    const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text: '"' }] };
    return this.add('compacted', {
      message: 'about ,"compaction_response_id":"other"',
      replacement_history: [message],
      window_number: 1,
      compaction_response_id: responseId,
    });
  }

  write(home: string, { dir = 'sessions/2026/11/20' } = {}): Promise<void> {
    return writeJsonLines(rolloutPath(home, this.header.id, dir), this.lines);
  }
}

export const threadId = (index: number): string =>
  `0199a213-81c0-7800-8aa1-${String(index).padStart(12, '0')}`;

export const rolloutPath = (home: string, id = threadId(1), dir = 'sessions/2026/11/20'): string =>
  join(home, '.codex', dir, `rollout-2026-11-20T10-00-00-${id}.jsonl`);

const spawnSource = (parent: string): object => ({
  subagent: { thread_spawn: { parent_thread_id: parent, depth: 1 } },
});
