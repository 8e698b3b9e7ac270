#!/usr/bin/env node
// Writes deterministic, realistic logs of Claude Code (JSONL) and their exact totals.
//
//   node generate-claude-logs.mjs --out DIR [--mb 50] [--projects 12] [--sessions 120] [--seed 1]
//                                 [--days 90] [--end 2026-11-20T12:00:00Z] [--tz America/New_York]
//   node generate-claude-logs.mjs --out DIR <same options> --phase 2      appends to every tenth session
//
// Output: DIR/projects/<slug>/<session>.jsonl, DIR/projects/<slug>/<session>/subagents/agent-*.jsonl and
// DIR/ground-truth.json (phase 2: DIR/ground-truth-2.json). DIR can be CLAUDE_CONFIG_DIR. The same options give
// identical files.
//
// The logs contain user lines; tool results with long text and base64 images; assistant lines, one per content
// block, that repeat message.id and requestId (with the final usage, or with partial counts before the final
// ones); files of sub-agents, some without the final usage; agent_progress lines that repeat them; side chains
// (/btw) that repeat messages of the parent under a new requestId; forked sessions that copy earlier lines;
// sessions of a gateway without requestId; API errors and <synthetic> lines; fast mode; advisor iterations;
// `"id":null` in tool input; nested "usage" objects in tool input and toolUseResult; lone surrogates;
// file-history snapshots; blank lines; invalid UTF-8; incomplete last lines (completed by phase 2); project paths
// with non-ASCII characters; and two paths with the same slug.
//
// Ground truth: one response of the API is one message.id over all files. The record that counts is not from a
// side chain, else has the highest token sum, else the earliest timestamp; it counts once, on its own day.
// Advisor iterations are extra calls under their own model. <synthetic> and invalid lines do not count.
// Keys: in, out, cw5m, cw1h, cr. In fast mode `-fast` is appended to the model. byProjectDir is keyed by the
// directory below projects/, byCwd by the start directory (5 % of the lines are from a directory below it).
/* global structuredClone */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';

const arg = (name, dflt) => {
  const i = process.argv.indexOf('--' + name);
  return i > 0 ? process.argv[i + 1] : dflt;
};
const OUT = arg('out');
if (!OUT) {
  console.error('missing --out DIR (see the comment at the start of this file)');
  process.exit(2);
}
const MB = Number(arg('mb', '50')),
  PROJECTS = Number(arg('projects', '12')),
  SESSIONS = Number(arg('sessions', '120'));
const SEED = Number(arg('seed', '1')),
  DAYS = Number(arg('days', '90')),
  TZ = arg('tz', 'America/New_York');
const END = Date.parse(arg('end', '2026-11-20T12:00:00Z')),
  PHASE = Number(arg('phase', '1'));

// USD per million tokens: [input, output]; cache write 5m = 1.25x, 1h = 2x, read = 0.1x input; fast = 2x all.
const PRICE = {
  'claude-opus-5': [5, 25],
  'claude-sonnet-5': [2, 10],
  'claude-haiku-4-5-20251001': [1, 5],
};
const OPUS = 'claude-opus-5',
  SONNET = 'claude-sonnet-5',
  HAIKU = 'claude-haiku-4-5-20251001';

function rng(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const mix = (a, b) => Math.imul((a + 0x9e3779b9) ^ Math.imul(b + 1, 0x85ebca6b), 0xc2b2ae35) >>> 0;
const B62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';
const str = (r, alphabet, n) => {
  let s = '';
  for (let i = 0; i < n; i++) s += alphabet[(r() * alphabet.length) | 0];
  return s;
};
const uuid = (r) =>
  `${str(r, HEX, 8)}-${str(r, HEX, 4)}-4${str(r, HEX, 3)}-a${str(r, HEX, 3)}-${str(r, HEX, 12)}`;
const int = (r, lo, hi) => lo + Math.floor(r() * (hi - lo + 1));
const logn = (r, median, sigma) =>
  median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - r())) * Math.cos(2 * Math.PI * r()));

// Text to choose from, not escaped.
const WORDS = [
  'const',
  'return',
  'await',
  'function',
  '=>',
  '{',
  '}',
  '();',
  'if (',
  ') {',
  '"usage":{"input_tokens":1}',
  'import',
  'from',
  "'node:fs'",
  'export',
  'expected',
  'received',
  'at Object.<anonymous>',
  '/home/dev/app/src/index.ts:41:17',
  '\n',
  '\n  ',
  '\n\t',
  'naïve',
  'größe',
  '日本語のテキスト',
  'проверка',
  '🚀',
  '\\u001b[31m',
  'FAIL',
  'PASS',
  '0x7ffd',
  'undefined',
  'null',
  '12345',
  'the',
  'and',
  'error:',
  'warning:',
  'line',
  'column',
  'token',
  'value',
  'test',
  'update',
  '"type":"assistant"',
  '---',
  '+++',
  '@@ -1,7 +1,9 @@',
];
const poolRand = rng(mix(SEED, 777));
let POOL = '';
while (POOL.length < 2_000_000) POOL += WORDS[(poolRand() * WORDS.length) | 0] + ' ';
const B64POOL = str(rng(mix(SEED, 778)), B62, 1_600_000);
const text = (r, n) => {
  const at = Math.floor(r() * (POOL.length - n - 1));
  return POOL.slice(at, at + n);
};

const slugOf = (cwd) => cwd.replace(/[^A-Za-z0-9]/g, '-');
const CWD = [];
for (let i = 0; i < PROJECTS; i++) {
  CWD.push(
    i % 6 === 1
      ? `/home/dev/проект-${i}`
      : i % 6 === 2
        ? `/home/dev/アプリ ${i}`
        : i % 6 === 3
          ? `/home/dev/café/web_${i}`
          : i === 4
            ? '/home/dev/my.app'
            : i === 5
              ? '/home/dev/my-app'
              : `/home/dev/work/service-${i}`,
  ); // 4 and 5 have the same slug
}

const zero = () => ({ in: 0, out: 0, cw5m: 0, cw1h: 0, cr: 0, responses: 0, costUsd: 0 });
const T = {
  total: zero(),
  byDayUtc: {},
  byDayTz: {},
  byModel: {},
  byProjectDir: {},
  byCwd: {},
  byDayModel: {},
  byDayProject: {},
};
const traps = {
  advisor: zero(),
  fast: zero(),
  gatewayNoRequestId: zero(),
  nullIdToolInput: zero(),
  subagent: zero(),
  partialOnly: zero(),
  droppedBtwReplay: zero(),
  droppedForkCopy: zero(),
  truncated: zero(),
  synthetic: 0,
  apiError: 0,
  blank: 0,
  junk: 0,
  duplicateLines: 0,
  outputTokensIfFirstLineWins: 0,
  lines: 0,
  usageLines: 0,
  files: 0,
  bytes: 0,
  nestedUsageTrap: 0,
  loneSurrogateUsageLines: 0,
  webSearchRequests: 0,
};
const tzFmt = new Intl.DateTimeFormat('en-CA', {
  timeZone: TZ,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const dayCache = new Map();
const dayTz = (ms) => {
  // Intl is slow: one call per quarter of an hour.
  const q = Math.floor(ms / 900_000);
  let d = dayCache.get(q);
  if (!d) {
    d = tzFmt.format(q * 900_000);
    dayCache.set(q, d);
  }
  return d;
};
const sum = (o, u, cost) => {
  o.in += u.in;
  o.out += u.out;
  o.cw5m += u.cw5m;
  o.cw1h += u.cw1h;
  o.cr += u.cr;
  o.responses++;
  o.costUsd += cost;
};
const at = (map, key) => (map[key] ??= zero());
const costOf = (model, fast, u) => {
  const [i, o] = PRICE[model];
  return (
    ((fast ? 2 : 1) *
      (u.in * i + u.out * o + u.cw5m * i * 1.25 + u.cw1h * i * 2 + u.cr * i * 0.1)) /
    1e6
  );
};
function count(S, ms, model, fast, u, kinds) {
  const cost = costOf(model, fast, u),
    m = fast ? model + '-fast' : model,
    day = new Date(ms).toISOString().slice(0, 10);
  sum(T.total, u, cost);
  sum(at(T.byDayUtc, day), u, cost);
  sum(at(T.byDayTz, dayTz(ms)), u, cost);
  sum(at(T.byModel, m), u, cost);
  sum(at(T.byProjectDir, S.slug), u, cost);
  sum(at(T.byCwd, S.cwd), u, cost);
  sum(at(T.byDayModel, day + '|' + m), u, cost);
  sum(at(T.byDayProject, day + '|' + S.slug), u, cost);
  for (const k of kinds) sum(traps[k], u, cost);
}

class Sink {
  // The lines of one log file.
  constructor(file) {
    this.file = file;
    this.parts = [];
    this.bytes = 0;
    this.open = true;
  }
  raw(buf) {
    this.parts.push(buf);
    this.bytes += buf.length;
  }
  line(obj) {
    const s = JSON.stringify(obj);
    traps.lines++;
    if (s.includes('\\ud') && s.includes('"usage":{')) traps.loneSurrogateUsageLines++; // JSON.stringify escapes no other characters so
    this.raw(Buffer.from(s + '\n'));
  }
  flush(append) {
    if (!this.parts.length) return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    (append ? fs.appendFileSync : fs.writeFileSync)(this.file, Buffer.concat(this.parts));
    traps.bytes += this.bytes;
    if (!append) traps.files++;
    this.parts = [];
    this.bytes = 0;
  }
}
const usageJson = (u, S, fast, extra) => ({
  input_tokens: u.in,
  cache_creation_input_tokens: u.cw5m + u.cw1h,
  cache_read_input_tokens: u.cr,
  cache_creation: { ephemeral_5m_input_tokens: u.cw5m, ephemeral_1h_input_tokens: u.cw1h },
  output_tokens: u.out,
  service_tier: 'standard',
  inference_geo: 'not_available',
  ...(extra ?? {}),
  ...(fast ? { speed: 'fast' } : {}),
});

function makeSession(i, budget) {
  const r = rng(mix(SEED, 1000 + i));
  const p = Math.min(PROJECTS - 1, Math.floor(PROJECTS * Math.pow(r(), 1.8)));
  const cwd = CWD[p],
    slug = slugOf(cwd),
    id = uuid(r),
    dir = path.join(OUT, 'projects', slug);
  const gateway = r() < 0.02,
    main = r() < 0.6 ? OPUS : SONNET,
    fastSession = main === OPUS && r() < 0.04;
  const S = {
    r,
    i,
    seq: 0,
    cwd,
    slug,
    id,
    dir,
    gateway,
    main,
    fastSession,
    ms: END - Math.floor(r() * DAYS * 86_400_000),
    parent: null,
    sink: new Sink(path.join(dir, id + '.jsonl')),
    files: [],
    recent: [],
    version: r() < 0.8 ? '2.1.240' : '2.0.76',
    rest: null,
    bytes: 0,
  };
  S.files.push(S.sink);
  S.sink.line({ type: 'mode', mode: 'default', sessionId: id });
  while (S.sink.bytes + S.bytes < budget) turn(S);
  if (r() < 0.06) fork(S);
  if (r() < 0.08) {
    // An incomplete last line: a new response whose only line is truncated.
    const u = usage(S, false),
      ms = tick(S),
      full = Buffer.from(
        JSON.stringify(
          assistant(S, {
            ids: ids(S),
            ms,
            model: main,
            fast: fastSession,
            usage: u,
            content: [{ type: 'text', text: text(r, 300) }],
            stop: 'end_turn',
          }),
        ) + '\n',
      );
    const cut = int(r, 40, full.length - 60);
    S.sink.raw(full.subarray(0, cut));
    S.rest = { bytes: full.subarray(cut), ms, u };
    sum(traps.truncated, u, costOf(main, fastSession, u));
  }
  return S;
}
const tick = (S, ms = Math.ceil(Math.min(1_800_000, logn(S.r, 9_000, 1.1)))) =>
  (S.ms = Math.min(END, S.ms + ms)); // not after END
const b62 = (n, len) => {
  let o = '';
  for (let k = 0; k < len; k++) {
    o = B62[n % 62] + o;
    n = Math.floor(n / 62);
  }
  return o;
};
const own = (S, id) => id.slice(0, -10) + b62(S.i, 4) + b62(S.seq++, 6); // A 32-bit generator alone repeats ids.
const ids = (S) =>
  S.gateway
    ? { id: own(S, 'chatcmpl-' + str(S.r, B62, 24)) }
    : { id: own(S, 'msg_01' + str(S.r, B62, 22)), requestId: 'req_011C' + str(S.r, B62, 20) };
const usage = (S, small) => {
  const r = S.r,
    w = Math.floor(logn(r, small ? 900 : 2_200, 1.0));
  return {
    in: int(r, 1, 12),
    out: Math.max(7, Math.floor(logn(r, small ? 180 : 420, 1.0))),
    cw5m: r() < 0.15 ? w : 0,
    cw1h: 0,
    cr: Math.floor(logn(r, small ? 22_000 : 85_000, 0.6)),
    ...(r() < 0.8 ? { cw1h: w } : {}),
  };
};
const base = (S, ms, side) => ({
  parentUuid: S.parent,
  isSidechain: !!side,
  userType: 'external',
  cwd: S.r() < 0.05 ? S.cwd + '/src' : S.cwd,
  sessionId: S.id,
  version: S.version,
  gitBranch: 'main',
  ...(side && side !== true ? { agentId: side } : {}),
  _ms: ms,
});
function finish(S, o, ms) {
  const u = uuid(S.r);
  delete o._ms;
  o.uuid = u;
  o.timestamp = new Date(ms).toISOString();
  S.parent = u;
  return o;
}
function assistant(S, a, side) {
  traps.usageLines++;
  return finish(
    S,
    {
      ...base(S, a.ms, side),
      type: 'assistant',
      message: {
        model: a.model,
        id: a.ids.id,
        type: 'message',
        role: 'assistant',
        content: a.content,
        stop_reason: a.stop ?? null,
        stop_sequence: null,
        usage: usageJson(a.usage, S, a.fast, a.extra),
      },
      ...(a.ids.requestId ? { requestId: a.ids.requestId } : {}),
    },
    a.ms,
  );
}
const user = (S, ms, content, side, more) =>
  finish(
    S,
    { ...base(S, ms, side), type: 'user', message: { role: 'user', content }, ...(more ?? {}) },
    ms,
  );

// Writes one response: 1 to 4 assistant lines with the same ids, then the tool results.
function response(S, sink, o) {
  const { r } = S,
    side = o.side,
    model = o.model,
    fast = o.fast ?? false,
    u = usage(S, !!side),
    key = ids(S),
    kinds = [];
  const tools = [];
  const blocks = [];
  if (r() < 0.45)
    blocks.push({ type: 'thinking', thinking: '', signature: B64POOL.slice(0, int(r, 300, 900)) });
  if (r() < 0.6)
    blocks.push({ type: 'text', text: text(r, Math.min(6_000, Math.floor(logn(r, 260, 1)))) });
  const n = r() < 0.72 ? (r() < 0.85 ? 1 : int(r, 2, 3)) : 0;
  let nullId = false;
  for (let k = 0; k < n; k++) {
    const id = 'toolu_01' + str(r, B62, 22);
    let input = { file_path: S.cwd + '/src/' + str(r, B62, 8) + '.ts', offset: int(r, 1, 900) };
    const x = r();
    if (x < 0.12) input = { command: text(r, int(r, 30, 300)), description: text(r, 40) };
    else if (x < 0.3)
      input = {
        file_path: input.file_path,
        old_string: text(r, int(r, 60, 900)),
        new_string: text(r, int(r, 60, 1_500)),
      };
    else if (x < 0.303) {
      input = { report: { usage: { input_tokens: 999_999, output_tokens: 999_999 } } };
      traps.nestedUsageTrap++;
    } else if (x < 0.315) {
      input = { query: text(r, 30), id: null };
      nullId = true;
    }
    tools.push({ id, image: false });
    blocks.push({ type: 'tool_use', id, name: 'Read', input });
  }
  if (!blocks.length) blocks.push({ type: 'text', text: text(r, 120) });
  if (nullId) blocks.splice(0, blocks.length - 1); // This response has a single line.
  const partialOnly = side && r() < 0.04,
    backfilled = side ? r() < 0.25 : r() < 0.7;
  const small = { ...u, out: int(r, 1, 6) };
  let extra = null;
  if (!side && !nullId && r() < 0.006) {
    // An advisor is an extra call within the response, under its own model.
    const a = {
      in: int(r, 9_000, 60_000),
      out: int(r, 400, 5_000),
      cw5m: 0,
      cw1h: 0,
      cr: int(r, 0, 20_000),
    };
    extra = {
      iterations: [
        { type: 'message', ...usageJson(u, S, false) },
        {
          type: 'advisor_message',
          model: OPUS,
          input_tokens: a.in,
          output_tokens: a.out,
          cache_read_input_tokens: a.cr,
          cache_creation_input_tokens: 0,
        },
      ],
    };
    o.advisor = a;
  } else if (!side && r() < 0.01) {
    const w = int(r, 1, 3);
    extra = { server_tool_use: { web_search_requests: w, web_fetch_requests: 0 } };
    traps.webSearchRequests += w;
  }
  let ms = 0,
    best = null,
    first = 0;
  const written = [];
  blocks.forEach((b, k) => {
    ms = k ? tick(S, int(r, 40, 3_000)) : tick(S);
    const last = k === blocks.length - 1,
      v = partialOnly ? small : last || backfilled ? u : small;
    const line = assistant(
      S,
      {
        ids: key,
        ms,
        model,
        fast,
        usage: v,
        extra: extra && (last || backfilled) ? extra : null,
        content: [b],
        stop: last && !partialOnly ? (n ? 'tool_use' : 'end_turn') : null,
      },
      side,
    );
    written.push(line);
    sink.line(line);
    if (k === 0) first = v.out;
    else traps.duplicateLines++;
    if (!best || v.out > best.u.out) best = { u: v, ms };
  });
  if (fast) kinds.push('fast');
  if (S.gateway) kinds.push('gatewayNoRequestId');
  if (nullId) kinds.push('nullIdToolInput');
  if (side) kinds.push('subagent');
  if (partialOnly) kinds.push('partialOnly');
  count(S, best.ms, model, fast, best.u, kinds);
  traps.outputTokensIfFirstLineWins += first;
  if (o.advisor) {
    count(S, best.ms, OPUS, false, o.advisor, ['advisor']);
    o.advisor = undefined;
  }
  for (const t of tools) {
    if (r() < 0.0015) {
      const size = int(r, 60_000, 900_000),
        from = Math.floor(r() * (B64POOL.length - size));
      sink.line(
        user(
          S,
          tick(S),
          [
            {
              type: 'tool_result',
              tool_use_id: t.id,
              content: [
                {
                  type: 'image',
                  source: {
                    type: 'base64',
                    media_type: 'image/png',
                    data: B64POOL.slice(from, from + size),
                  },
                },
              ],
            },
          ],
          side,
        ),
      );
    } else {
      const body = text(r, Math.min(120_000, Math.max(20, Math.floor(logn(r, 1_500, 1.5)))));
      sink.line(
        user(S, tick(S), [{ type: 'tool_result', tool_use_id: t.id, content: body }], side, {
          toolUseResult: { stdout: body.slice(0, 4_000), stderr: '', interrupted: false },
        }),
      );
    }
  }
  return { key, written, u, model, fast };
}
function subagent(S) {
  const { r } = S,
    agent = 'a' + str(r, HEX, 16),
    sink = new Sink(path.join(S.dir, S.id, 'subagents', `agent-${agent}.jsonl`));
  S.files.push(sink);
  const model = r() < 0.55 ? HAIKU : SONNET,
    n = int(r, 2, 9),
    echo = r() < 0.2;
  sink.line(user(S, tick(S), text(r, 400), agent));
  for (let k = 0; k < n; k++) {
    const x = response(S, sink, { side: agent, model });
    if (echo)
      for (const w of x.written) {
        traps.usageLines++;
        traps.duplicateLines++;
        S.sink.line(
          finish(
            S,
            {
              ...base(S, 0),
              type: 'progress',
              data: {
                type: 'agent_progress',
                message: {
                  type: 'assistant',
                  timestamp: w.timestamp,
                  uuid: w.uuid,
                  ...(w.requestId ? { requestId: w.requestId } : {}),
                  message: w.message,
                },
                prompt: '',
                agentId: agent,
              },
            },
            S.ms,
          ),
        );
      }
  }
  S.sink.line(
    user(
      S,
      tick(S),
      [{ type: 'tool_result', tool_use_id: 'toolu_01' + str(r, B62, 22), content: text(r, 800) }],
      false,
      {
        toolUseResult: {
          status: 'completed',
          agentId: agent,
          totalTokens: 55_555,
          totalToolUseCount: n,
          usage: {
            input_tokens: 9,
            cache_creation_input_tokens: 777,
            cache_read_input_tokens: 44_444,
            output_tokens: 333,
            service_tier: 'standard',
          },
        },
      },
    ),
  );
  traps.nestedUsageTrap++;
  S.bytes += sink.bytes;
}
function btw(S) {
  // A side chain that repeats messages of the parent under new request ids and has one response of its own.
  const { r } = S,
    agent = 'aside_question-' + str(r, HEX, 12),
    sink = new Sink(path.join(S.dir, S.id, 'subagents', `agent-${agent}.jsonl`));
  S.files.push(sink);
  for (const x of S.recent.slice(-3)) {
    const u = { ...x.u, cr: x.u.cr + int(r, 1_000, 50_000) };
    sink.line(
      assistant(
        S,
        {
          ids: { id: x.key.id, requestId: 'req_011C' + str(r, B62, 20) },
          ms: tick(S),
          model: x.model,
          fast: x.fast,
          usage: u,
          content: [{ type: 'text', text: 'replayed' }],
          stop: 'end_turn',
        },
        agent,
      ),
    );
    sum(traps.droppedBtwReplay, u, costOf(x.model, x.fast, u));
    traps.duplicateLines++;
  }
  response(S, sink, { side: agent, model: S.main });
  S.bytes += sink.bytes;
}
function fork(S) {
  // A resumed session, whose file starts with copies of lines of the original.
  const { r } = S,
    id = uuid(r),
    sink = new Sink(path.join(S.dir, id + '.jsonl'));
  S.files.push(sink);
  for (const x of S.recent.slice(0, 12))
    for (const w of x.written) {
      traps.usageLines++;
      traps.duplicateLines++;
      sink.line({ ...w, sessionId: id });
      sum(traps.droppedForkCopy, x.u, 0);
    }
  const old = S.id;
  S.id = id;
  for (let k = 0; k < 4; k++) response(S, sink, { model: S.main, fast: S.fastSession });
  S.id = old;
  S.bytes += sink.bytes;
}
/** Writes a message of Claude Code itself, which is not a response of the API. */
function synthetic(S, words, { tools = {}, more = {} } = {}) {
  traps.usageLines++;
  const line = {
    ...base(S, 0),
    type: 'assistant',
    message: {
      id: uuid(S.r),
      model: '<synthetic>',
      role: 'assistant',
      stop_reason: 'stop_sequence',
      stop_sequence: '',
      type: 'message',
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        ...tools,
        service_tier: null,
      },
      content: [{ type: 'text', text: words }],
    },
    ...more,
  };
  S.sink.line(finish(S, line, tick(S)));
}
function turn(S) {
  const { r, sink } = S,
    before = S.ms;
  sink.line(user(S, tick(S), text(r, int(r, 20, 600)), false));
  const n = int(r, 2, 14);
  for (let k = 0; k < n; k++) {
    const x = response(S, sink, { model: S.main, fast: S.fastSession });
    S.recent.push(x);
    if (S.recent.length > 40) S.recent.splice(12, 20);
    if (r() < 0.035) subagent(S);
    if (!S.gateway && r() < 0.004) btw(S);
    const y = r();
    if (y < 0.006) {
      traps.apiError++;
      synthetic(S, 'API Error: 529 overloaded_error', {
        tools: { server_tool_use: { web_search_requests: 0 } },
        more: { isApiErrorMessage: true, error: 'unknown' },
      });
    } else if (y < 0.009) {
      traps.synthetic++;
      synthetic(S, 'No response requested.');
    } else if (y < 0.012) {
      traps.blank++;
      sink.raw(Buffer.from(r() < 0.5 ? '\n' : '  \r\n'));
    } else if (y < 0.0135) {
      traps.junk++;
      sink.raw(
        Buffer.concat([
          Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]),
          Buffer.from('"usage":{"input_tokens":5'),
          Buffer.from([0xf0, 0x28, 0x8c, 0x28, 0x0a]),
        ]),
      );
    } else if (y < 0.03)
      sink.line({
        type: 'file-history-snapshot',
        messageId: uuid(r),
        snapshot: {
          messageId: uuid(r),
          trackedFileBackups: {
            ['src/' + str(r, B62, 6) + '.ts']: {
              backupFileName: null,
              version: 1,
              backupTime: new Date(S.ms).toISOString(),
            },
          },
          note: text(r, int(r, 50, 6_000)),
          timestamp: new Date(S.ms).toISOString(),
        },
        isSnapshotUpdate: false,
      });
  }
  if (S.ms - before > 6 * 3_600_000 && r() < 0.3)
    sink.line({ type: 'summary', summary: text(r, 60), leafUuid: S.parent ?? '' });
  tick(S, Math.ceil(Math.min(4 * 3_600_000, logn(r, 240_000, 1.3))));
}

const wr = rng(mix(SEED, 5));
const weights = Array.from({ length: SESSIONS }, () => logn(wr, 1, 1.1));
const wsum = weights.reduce((a, b) => a + b, 0);
const budget = (i) => Math.max(4_000, Math.floor((weights[i] / wsum) * MB * 1e6 * 0.985));
const round = (o) => {
  for (const v of Object.values(o))
    if (v && typeof v === 'object') {
      if ('costUsd' in v) v.costUsd = Number(v.costUsd.toFixed(6));
      round(v);
    }
  return o;
};
const sorted = (o) => Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));
const write = (name) => {
  for (const k of Object.keys(T)) if (k !== 'total') T[k] = sorted(T[k]);
  const doc = {
    args: {
      mb: MB,
      projects: PROJECTS,
      sessions: SESSIONS,
      seed: SEED,
      days: DAYS,
      end: new Date(END).toISOString(),
      tz: TZ,
      phase: PHASE,
    },
    ...round(structuredClone(T)),
    traps: round(structuredClone(traps)),
  };
  doc.total.costUsd = Number(doc.total.costUsd.toFixed(6));
  fs.writeFileSync(path.join(OUT, name), JSON.stringify(doc, null, 1) + '\n');
  console.log(
    JSON.stringify({
      out: OUT,
      phase: PHASE,
      files: traps.files,
      mb: Number((traps.bytes / 1e6).toFixed(1)),
      lines: traps.lines,
      usageLines: traps.usageLines,
      responses: T.total.responses,
      total: doc.total,
    }),
  );
};
if (PHASE === 1) {
  fs.mkdirSync(path.join(OUT, 'projects'), { recursive: true });
  for (let i = 0; i < SESSIONS; i++) {
    const S = makeSession(i, budget(i));
    for (const f of S.files) f.flush(false);
  }
  write('ground-truth.json');
} else {
  // Generates everything again for the ground truth, and appends only the new lines.
  for (let i = 0; i < SESSIONS; i++) {
    const S = makeSession(i, budget(i));
    for (const f of S.files) {
      traps.bytes += f.bytes;
      traps.files++;
      f.parts = [];
      f.bytes = 0;
    }
    if (i % 10 !== 0 && !S.rest) continue;
    if (S.rest) {
      S.sink.raw(S.rest.bytes);
      count(S, S.rest.ms, S.main, S.fastSession, S.rest.u, []);
    }
    const seen = new Set(S.files);
    if (i % 10 === 0) for (let k = 0; k < 2; k++) turn(S);
    for (const f of S.files) f.flush(seen.has(f));
  }
  write('ground-truth-2.json');
}
