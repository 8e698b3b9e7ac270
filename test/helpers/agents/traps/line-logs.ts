import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bySession } from '../agent-sample.ts';
import {
  editLines,
  findFiles,
  readLines,
  withCount,
  withFields,
  writeLines,
  wrongCount,
  type AgentTraps,
} from './agent-traps.ts';

const isJsonl = (path: string): boolean => path.endsWith('.jsonl');

/** Earlier states of a response, messages of Claude Code itself, a resumed session and the copy of a side chain. */
export const claudeCodeTraps: AgentTraps = {
  plant: async (home) => {
    const logs = await findFiles(join(home, '.claude/projects'), isJsonl);
    const [first = ''] = logs.filter((path) => !basename(path).startsWith('copy-'));
    const lines = await readLines(first);
    const dir = dirname(first);
    const session = basename(first);
    await writeLines(join(dir, `copy-resumed-${session}`), lines);
    const sideChain = lines.map((line) => withFields(line, { isSidechain: true, agentId: 'a1' }));
    const larger = sideChain.map((line) => withCount(line, 'cache_read_input_tokens', wrongCount));
    await writeLines(join(dir, `copy-agent-${session}`), larger);
    for (const log of logs.filter((path) => !basename(path).startsWith('copy-'))) {
      await editLines(log, (line) => {
        if (!line.includes('"usage"')) return [line];
        const synthetic = line.replace(/"model":"[^"]*"/, '"model":"<synthetic>"');
        const other = synthetic.replace(/"id":"msg_/, '"id":"synthetic_');
        return [
          withCount(line, 'output_tokens', 1),
          line,
          line,
          withCount(other, 'output_tokens', wrongCount),
        ];
      });
    }
  },
};

const rollouts = (home: string): Promise<string[]> =>
  findFiles(join(home, '.codex/sessions'), (path) => basename(path).startsWith('rollout-'));
const childId = '0199a213-81c0-7800-8aa1-ffffffffffff';

/** Repeated totals, compactions that quote usage, a fork that replays its parent, and an archived copy. */
export const codexTraps: AgentTraps = {
  plant: async (home) => {
    const logs = (await rollouts(home)).filter((path) => !path.includes(childId));
    const [first = ''] = logs;
    const lines = await readLines(first);
    const counts = lines.filter((line) => line.includes('"token_count"')).slice(0, 2);
    const header = JSON.parse(lines[0] ?? '') as { payload: object };
    const lastMs = Date.parse((JSON.parse(counts[1] ?? '') as { timestamp: string }).timestamp);
    const at = (ms: number): { readonly timestamp: string } => ({
      timestamp: new Date(lastMs + 60_000 + ms).toISOString(),
    });
    const parent = /[0-9a-f-]{36}(?=\.jsonl$)/.exec(first)?.[0];
    const payload = { ...header.payload, ...at(0), id: childId, forked_from_id: parent };
    const copies = counts.map((line, index) => withFields(line, at(4 * index)));
    await writeLines(join(dirname(first), `rollout-2026-11-20T23-00-00-${childId}.jsonl`), [
      JSON.stringify({ ...header, ...at(0), payload }),
      ...copies,
    ]);
    for (const log of logs) {
      await editLines(log, (line) => {
        if (!line.includes('"token_count"')) return [line];
        const compacted = { type: 'compacted', payload: { replacement_history: [line] } };
        return [line, line, withFields(line, compacted)];
      });
    }
    await writeLines(
      join(home, '.codex/archived_sessions', basename(first)),
      await readLines(first),
    );
  },
  rotate: async (home) => {
    const archive = join(home, '.codex/archived_sessions');
    await mkdir(archive, { recursive: true });
    for (const log of await rollouts(home)) await rename(log, join(archive, basename(log)));
  },
};

/** A history that is rewritten and rewound, the file of an older version with the same messages, and an unreadable one. */
export const geminiCliTraps: AgentTraps = {
  plant: async (home) => {
    const logs = await findFiles(join(home, '.gemini/tmp'), isJsonl);
    for (const log of logs) {
      const lines = await readLines(log);
      const messages = lines.map((line) => JSON.parse(line) as { readonly tokens?: object | null });
      const legacy = { sessionId: 'legacy', messages };
      await writeLines(log.replace('.jsonl', '-legacy.json'), [JSON.stringify(legacy)]);
      const changed = lines.map((line) => withFields(line, { id: `copy-${String(line.length)}` }));
      await writeLines(`${log}.unreadable-1764000000000`, changed);
      await editLines(log, (line, index) => {
        const message = messages[index];
        if (message?.tokens === undefined || message.tokens === null) return [line];
        const rewritten = JSON.stringify({ $set: { messages: messages.slice(0, index + 1) } });
        return [line, rewritten, JSON.stringify({ $rewindTo: 'user-response-0' })];
      });
    }
  },
};

/** A branch with the records of its origin, telemetry about the same responses, and the ledger. */
export const qwenCodeTraps: AgentTraps = {
  plant: async (home, responses) => {
    const logs = await findFiles(join(home, '.qwen/projects'), isJsonl);
    const chats = logs.filter((path) => !path.endsWith('branch.jsonl'));
    for (const log of chats) {
      const lines = await readLines(log);
      const forkedFrom = { sessionId: basename(log, '.jsonl'), messageUuid: 'last' };
      const branch = lines.map((line) => withFields(line, { sessionId: 'branch', forkedFrom }));
      await writeLines(log.replace('.jsonl', '-branch.jsonl'), branch);
      await editLines(log, (line) => {
        const telemetry = { uuid: 'telemetry', type: 'system', subtype: 'ui_telemetry' };
        return [line, withFields(line, telemetry)];
      });
    }
    const [ofSession = []] = bySession(responses).values();
    const ledger = ofSession.map(({ id, session, timeMs, model, input, cacheRead, output }) => ({
      ...{ schemaVersion: 1, id, sessionId: session, model, source: 'main' },
      timestamp: new Date(timeMs).toISOString(),
      inputTokens: input + cacheRead,
      outputTokens: output,
      cachedTokens: cacheRead,
      totalTokens: input + cacheRead + output,
    }));
    const lines = ledger.map((record) => JSON.stringify(record));
    await writeLines(join(home, '.qwen/usage/token-usage-2026-11.jsonl'), lines);
  },
};

/** A fork with copied entries, a compaction that repeats messages, and copies of an extension. */
const piLike = (directory: string): AgentTraps => ({
  plant: async (home) => {
    const sessions = await findFiles(join(home, directory), isJsonl);
    const logs = sessions.filter((path) => !/fork|artifacts|run-0/.test(path));
    for (const log of logs) {
      const lines = await readLines(log);
      const [header = '', ...entries] = lines;
      const fork = withFields(header, { id: 'fork', parentSession: log });
      await writeLines(log.replace('.jsonl', '-fork.jsonl'), [fork, ...entries]);
      const changed = entries.map((line) => withCount(line, 'output', wrongCount));
      // Without the header of a session.
      await writeLines(join(dirname(log), 'run/run-0/session.jsonl'), changed);
      const artifact = join(dirname(log), 'subagent-artifacts/1_transcript.jsonl');
      await writeLines(artifact, directory === '.openclaw' ? changed : [header, ...changed]);
      await editLines(log, (line) => {
        if (!line.includes('"usage"')) return [line];
        const { message } = JSON.parse(line) as { readonly message: object };
        const compaction = { type: 'compaction', id: 'c', message: undefined };
        return [line, withFields(line, { ...compaction, retainedTail: [message] })];
      });
    }
  },
});

export const piTraps = piLike('.pi/agent/sessions');
export const ohMyPiTraps = piLike('.omp/agent/sessions');
export const openclawTraps: AgentTraps = {
  ...piLike('.openclaw'),
  rotate: async (home) => {
    const sessions = await findFiles(join(home, '.openclaw'), isJsonl);
    for (const log of sessions.filter((path) => !/fork|run-0|artifacts/.test(path))) {
      await writeLines(`${log}.lock`, await readLines(log));
      await rename(log, `${log}.reset.2026-11-22T00-00-00`);
    }
  },
};

/** The steps of a sub-agent in its own log and in that of its parent, and a fork. */
export const kimiCliTraps: AgentTraps = {
  plant: async (home) => {
    const logs = await findFiles(join(home, '.kimi/sessions'), (path) =>
      path.endsWith('wire.jsonl'),
    );
    for (const log of logs.filter((path) => !/subagents|fork/.test(path))) {
      const lines = await readLines(log);
      await writeLines(join(dirname(log), 'subagents/a1/wire.jsonl'), lines);
      await writeLines(join(`${dirname(log)}-fork`, 'wire.jsonl'), lines);
      await editLines(log, (line) => {
        const { message } = JSON.parse(line) as { readonly message?: { readonly type: string } };
        if (message?.type !== 'StatusUpdate') return [line];
        const wrapped = { type: 'SubagentEvent', payload: { agent_id: 'a1', event: message } };
        return [line, withFields(line, { message: wrapped })];
      });
    }
  },
};

/** A fork with the records of its origin. Every sample repeats the counts of a step already. */
export const kimiCodeTraps: AgentTraps = {
  plant: async (home) => {
    const logs = await findFiles(join(home, '.kimi-code/sessions'), isJsonl);
    for (const log of logs.filter((path) => !path.includes('fork'))) {
      await writeLines(log.replace(/(ses_[^/]+)/, '$1-fork'), await readLines(log));
    }
  },
};
