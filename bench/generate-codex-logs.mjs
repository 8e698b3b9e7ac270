#!/usr/bin/env node
// Writes deterministic logs of Codex (JSONL) and their exact totals.
//
//   node generate-codex-logs.mjs --out DIR [--mb 50] [--sessions 100] [--seed 1] [--phase 2]
//
// Output: DIR/sessions/YYYY/MM/DD/rollout-*.jsonl, DIR/archived_sessions/rollout-*.jsonl and DIR/ground-truth.json.
// DIR can be CODEX_HOME. Phase 2 appends a response to every tenth session and writes ground-truth-2.json.
//
// The logs contain running totals with repeats; records of responses; compactions by the server, whose lines are
// most of the bytes; changes of model, directory and service tier; forks that replay their parent in a burst, or
// with the old timestamps when they were spawned; forks that inherit only the total, or nothing; sub-agents whose
// history ends at an ordinal; and archived copies. Every response counts once.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: Object.fromEntries(
    ['out', 'mb', 'sessions', 'seed', 'phase'].map((name) => [name, { type: 'string' }]),
  ),
});
const out = values.out;
if (out === undefined) throw new Error('missing --out DIR');
const megabytes = Number(values.mb ?? 50);
const sessionCount = Number(values.sessions ?? 100);
const isSecondPhase = values.phase === '2';

let seed = Number(values.seed ?? 1);
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const int = (from, to) => from + Math.floor(random() * (to - from + 1));
const words = Array.from({ length: 200 }, () => int(1e5, 1e9).toString(36));
const noise = Array.from({ length: 400_000 }, () => words[int(0, 199)]).join(' ');
const text = (length) => {
  const start = int(0, Math.max(0, noise.length - length));
  return noise.slice(start, start + length);
};

const models = ['gpt-5.4', 'gpt-5.4-mini', 'gpt-5.3-codex'];
const startMs = Date.parse('2026-09-01T08:00:00Z');
const usage = (input, cached, output) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: Math.floor(output / 3),
  total_tokens: input + output,
});
const zero = usage(0, 0, 0);
const add = (a, b) => Object.fromEntries(Object.keys(a).map((key) => [key, a[key] + b[key]]));

const truth = { responses: 0, input: 0, cacheRead: 0, output: 0 };
const traps = {};
function count(response) {
  truth.responses += 1;
  truth.input += response.input_tokens - response.cached_input_tokens;
  truth.cacheRead += response.cached_input_tokens;
  truth.output += response.output_tokens;
}
const trap = (name) => (traps[name] = (traps[name] ?? 0) + 1);

class Session {
  constructor(index, header = {}) {
    this.id = `0199a213-81c0-7800-8aa1-${String(index).padStart(12, '0')}`;
    this.timeMs = startMs + Math.floor((index * 80 * 86_400_000) / sessionCount);
    this.cwd = `/home/dev/project-${index % 30}`;
    this.model = models[index % models.length];
    this.total = zero;
    this.lines = [];
    this.bytes = 0;
    this.counts = [];
    this.responses = 0;
    this.ordinal = 0;
    const day = new Date(this.timeMs).toISOString();
    this.name = `rollout-${day.slice(0, 19).replaceAll(':', '-')}-${this.id}.jsonl`;
    this.path = join(out, 'sessions', day.slice(0, 10).replaceAll('-', '/'), this.name);
    const base = { id: this.id, timestamp: day, cwd: this.cwd, originator: 'codex_cli_rs' };
    const instructions = { text: text(20_000) };
    this.write('session_meta', { ...base, base_instructions: instructions, ...header });
    this.turn();
  }

  write(type, payload) {
    const timestamp = new Date(this.timeMs).toISOString();
    const line = JSON.stringify({ timestamp, ordinal: this.ordinal, type, payload });
    this.ordinal += 1;
    this.lines.push(line);
    this.bytes += line.length + 1;
  }

  turn() {
    this.write('event_msg', { type: 'task_started' });
    const policy = { mode: 'workspace-write', writable_roots: [] };
    this.write('turn_context', { cwd: this.cwd, sandbox_policy: policy, model: this.model });
  }

  talk() {
    const length = Math.exp(random() * 4) * 200;
    this.write('response_item', {
      type: 'function_call_output',
      call_id: `call_${this.ordinal}`,
      output: `{"type":"token_count","usage":1} ${text(Math.floor(length))}`,
    });
    const content = [{ type: 'output_text', text: text(300) }];
    this.write('response_item', { type: 'message', role: 'assistant', content });
  }

  tokenCount(last) {
    const info = { total_token_usage: this.total, last_token_usage: last };
    this.write('event_msg', { type: 'token_count', info, rate_limits: { used_percent: 3 } });
  }

  respond({ withRecord }) {
    this.timeMs += int(5000, 60_000);
    this.talk();
    const cached = int(1000, 80_000);
    const response = usage(cached + int(1, 9000), cached, int(20, 3000));
    count(response);
    this.total = add(this.total, response);
    this.counts.push({ response, total: this.total, timeMs: this.timeMs });
    if (withRecord) this.record(response);
    this.tokenCount(response);
    if (random() < 0.2) {
      trap('repeated total');
      this.timeMs += 2000;
      this.tokenCount(response);
    }
  }

  record(response) {
    this.responses += 1;
    const id = `resp_${this.id.slice(-8)}_${this.responses}`;
    this.write('token_usage_record', { thread_id: this.id, response_id: id, usage: response });
    return id;
  }

  compact(bytes, { withRecord }) {
    this.timeMs += 8000;
    let id;
    if (withRecord) {
      trap('compaction');
      const response = usage(int(50_000, 200_000), 0, int(500, 4000));
      count(response);
      id = this.record(response);
    }
    const replacement = [];
    for (let size = 0; size < bytes; size += 40_000) {
      replacement.push({ type: 'message', role: 'user', content: text(40_000) });
    }
    this.write('compacted', {
      message: '',
      replacement_history: replacement,
      window_number: 1,
      compaction_response_id: id,
    });
    this.tokenCount(zero);
  }

  /** Repeats the running totals of a parent. */
  replay(parent, { keepTime }) {
    const { timeMs } = this;
    for (const { response, total, timeMs: oldTime } of parent.counts) {
      this.timeMs = keepTime ? oldTime : this.timeMs + 4;
      this.total = total;
      this.tokenCount(response);
    }
    this.timeMs = Math.max(timeMs, this.timeMs) + 9000;
  }

  save() {
    for (const path of [this.path, ...(this.archived ? [this.archived] : [])]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${this.lines.join('\n')}\n`);
    }
  }
}

const budget = (megabytes * 1e6) / sessionCount;
const spawned = (id) => ({ source: { subagent: { thread_spawn: { parent_thread_id: id } } } });

/** Starts a session; those with a parent begin with one of the forms of copied history. */
function start(index, parent) {
  if (parent === null || parent.counts.length < 3) return new Session(index);
  const kind = index % 5;
  if (kind === 0) {
    trap('fork in a burst');
    const session = new Session(index, { forked_from_id: parent.id });
    session.replay(parent, { keepTime: false });
    return session;
  }
  if (kind === 1) {
    trap('spawned with old timestamps');
    const session = new Session(index, spawned(parent.id));
    session.replay(parent, { keepTime: true });
    return session;
  }
  if (kind === 2) {
    trap('inherited total');
    const session = new Session(index, { forked_from_id: parent.id });
    session.total = parent.total;
    session.tokenCount(zero);
    return session;
  }
  if (kind === 3) {
    trap('fork without copies');
    return new Session(index, { forked_from_id: parent.id });
  }
  trap('sub-agent with an ordinal');
  const historyStart = 3 + parent.counts.length;
  const header = { ...spawned(parent.id), subagent_history_start_ordinal: historyStart };
  const session = new Session(index, header);
  session.replay(parent, { keepTime: false });
  return session;
}

/** Appends a response, without an effect on the sessions that follow. */
function grow(session, options) {
  const before = { seed, total: session.total, counts: [...session.counts] };
  const known = session.lines.length;
  session.respond(options);
  appendFileSync(session.path, `${session.lines.slice(known).join('\n')}\n`);
  session.total = before.total;
  session.counts = before.counts;
  seed = before.seed;
}

let parent = null;
let bytes = 0;
for (let index = 0; index < sessionCount; index += 1) {
  const session = start(index, index % 3 === 0 ? null : parent);
  const withRecord = index % 2 === 0;
  const size = budget * (0.3 + 1.4 * random());
  session.turn();
  for (let turn = 0; session.bytes < size || turn < 4; turn += 1) {
    if (random() < 0.1) {
      session.model = models[int(0, 2)];
      session.turn();
    }
    if (random() < 0.02) {
      trap('tier');
      const service_tier = ['priority', 'default', 'fast'][int(0, 2)];
      session.write('event_msg', {
        type: 'thread_settings_applied',
        thread_settings: { service_tier },
      });
    }
    session.respond({ withRecord });
    // Most bytes of real logs are in compactions.
    if (turn % 4 === 3) session.compact(Math.min(400_000, size / 4), { withRecord });
  }
  if (index % 7 === 0) {
    trap('archived copy');
    session.archived = join(out, 'archived_sessions', session.name);
  }
  if (!isSecondPhase) session.save();
  else if (index % 10 === 1) grow(session, { withRecord });
  bytes += session.bytes * (session.archived ? 2 : 1);
  session.lines = [];
  if (index % 3 === 0) parent = session;
}
const result = { ...truth, cacheWrite: 0, bytes, traps };
writeFileSync(
  join(out, isSecondPhase ? 'ground-truth-2.json' : 'ground-truth.json'),
  `${JSON.stringify(result, null, 1)}\n`,
);
console.log(JSON.stringify(result));
