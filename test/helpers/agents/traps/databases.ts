import { join } from 'node:path';
import type { AgentName } from '../../../../src/schema/agent-names.ts';
import { execSql, insertRow } from '../../sqlite-writer.ts';
import { bySession, writeJsonLines, writeLogFile, type SampleResponse } from '../agent-sample.ts';
import { messageData, openCodeMessage, openCodeRows } from '../opencode.ts';
import { saveZedThread, toZedTime, zedDatabase } from '../zed.ts';
import { wrongCount, type AgentTraps } from './agent-traps.ts';

/**
 * A fork with new ids and the same content, files of the version before the database, and messages whose tokens are
 * those of their last step only.
 */
const openCodeLike = (directory: string, fileName: string): AgentTraps => ({
  plant: async (home, responses) => {
    const messages = responses.map(openCodeMessage);
    const forks = messages.map((message) => ({
      ...message,
      ...{ id: `${message.id}-fork`, session: `${message.session}-fork` },
    }));
    const lastStep = `UPDATE message SET data = json_set(data, '$.tokens.output', 1);`;
    execSql(join(home, directory, fileName), forks.map(openCodeRows).join('\n') + lastStep);
    for (const message of messages.slice(0, 20)) {
      const { id, session, tokens } = message;
      const storage = join(home, directory, 'storage');
      const path = join(storage, 'message', session, `${id}.json`);
      await writeLogFile(path, JSON.stringify({ id, ...messageData(message) }));
      const step = { type: 'step-finish', tokens, cost: 0 };
      await writeLogFile(join(storage, 'part', id, 'prt_1.json'), JSON.stringify(step));
    }
  },
});

const sumOf = (
  responses: readonly SampleResponse[],
  kind: 'input' | 'output' | 'cacheRead' | 'cacheWrite',
): number => responses.reduce((total, response) => total + response[kind], 0);

/** The events of the sessions in the database, with totals of each shutdown. */
const copilotCliTraps: AgentTraps = {
  plant: async (home, responses) => {
    for (const [session, inSession] of bySession(responses)) {
      const events = inSession.flatMap(({ id, timeMs, model, output }, index) => {
        const timestamp = new Date(timeMs + 1).toISOString();
        const before = inSession.slice(0, index + 1);
        const usage = {
          inputTokens:
            sumOf(before, 'input') + sumOf(before, 'cacheRead') + sumOf(before, 'cacheWrite'),
          outputTokens: sumOf(before, 'output'),
          cacheReadTokens: sumOf(before, 'cacheRead'),
          cacheWriteTokens: sumOf(before, 'cacheWrite'),
        };
        const message = { messageId: id, outputTokens: output };
        return [
          { type: 'assistant.message', timestamp, data: message },
          { type: 'session.shutdown', timestamp, data: { modelMetrics: { [model]: { usage } } } },
        ];
      });
      await writeJsonLines(join(home, '.copilot/session-state', session, 'events.jsonl'), events);
    }
  },
};

/** Sums of the sessions, and the copy of a session, which has no ledger. */
const gooseTraps: AgentTraps = {
  plant: async (home, responses) => {
    const rows = [...bySession(responses)].map(([session, inSession]) => {
      const total = String(sumOf(inSession, 'input') + wrongCount);
      return `
        UPDATE sessions SET accumulated_input_tokens = ${total}, accumulated_output_tokens = ${total},
          input_tokens = ${total} WHERE id = '${session}';
        INSERT OR IGNORE INTO sessions (id, working_dir, input_tokens)
          VALUES ('${session}-copy', '/', ${total});`;
    });
    execSql(join(home, '.local/share/goose/sessions/sessions.db'), rows.join('\n'));
    await Promise.resolve();
  },
};

/** A thread without requests. */
const zedTraps: AgentTraps = {
  plant: async (home, responses) => {
    const updatedAt = toZedTime(responses[0]?.timeMs ?? 0);
    const thread = { version: '0.3.0', messages: [], request_token_usage: {} };
    const row = saveZedThread({ id: 'empty', updatedAt, folderPaths: null, thread });
    execSql(join(home, zedDatabase), row);
    await Promise.resolve();
  },
};

/** Child sessions, whose cost is in that of their parents. */
const crushTraps: AgentTraps = {
  plant: async (home, responses) => {
    const rows = [...bySession(responses).keys()].map((session) =>
      insertRow('sessions', {
        ...{ id: `${session}-child`, parent_session_id: session, title: 'child', cost: 0.005 },
        ...{ prompt_tokens: wrongCount, updated_at: 1_764_000_000, created_at: 1 },
      }),
    );
    execSql(join(home, 'app/.crush/crush.db'), rows.join('\n'));
    await Promise.resolve();
  },
};

export const databaseTraps = {
  opencode: openCodeLike('.local/share/opencode', 'opencode.db'),
  'kilo-cli': openCodeLike('.local/share/kilo', 'kilo.db'),
  'copilot-cli': copilotCliTraps,
  goose: gooseTraps,
  zed: zedTraps,
  crush: crushTraps,
} as const satisfies Partial<Record<AgentName, AgentTraps>>;
