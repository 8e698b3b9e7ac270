import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentName } from '../../../src/schema/agent-names.ts';
import { execSql, insertRow } from '../sqlite-writer.ts';
import type { AgentSample, SampleResponse } from './agent-sample.ts';

/** The columns and indexes that matter, from packages/core/src/session/sql.ts of anomalyco/opencode. */
export const openCodeSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT NOT NULL, cost REAL NOT NULL DEFAULT 0,
    tokens_input INTEGER NOT NULL DEFAULT 0, tokens_output INTEGER NOT NULL DEFAULT 0,
    time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS part (
    id TEXT PRIMARY KEY, message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL, time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS part_message_id_id_idx ON part (message_id, id);
  CREATE TABLE IF NOT EXISTS session_message (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL,
    time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL);
`;

export interface OpenCodeTokens {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cache: { readonly read: number; readonly write: number };
  readonly total?: number;
}

export interface OpenCodeMessage {
  readonly id: string;
  readonly session: string;
  readonly directory: string;
  readonly parent?: string;
  readonly timeMs: number;
  readonly model: string;
  readonly provider?: string;
  readonly tokens: OpenCodeTokens;
  readonly cost?: number;
  /** The tokens of its `step-finish` parts. */
  readonly steps?: readonly OpenCodeTokens[];
}

/** Returns `message.data` as `MessageV2.Assistant`. */
export const messageData = (message: OpenCodeMessage): object => ({
  role: 'assistant',
  time: { created: message.timeMs, completed: message.timeMs + 900 },
  parentID: 'msg_user',
  modelID: message.model,
  providerID: message.provider ?? 'anthropic',
  mode: 'build',
  path: { cwd: message.directory, root: message.directory },
  cost: message.cost ?? 0,
  tokens: message.tokens,
});

/** Returns the rows of a message: its session, itself and its parts. */
export function openCodeRows(message: OpenCodeMessage): string {
  const { id, session, directory, parent = null, timeMs, steps = [message.tokens] } = message;
  const times = { time_created: timeMs, time_updated: timeMs };
  const insertPart = (name: string, data: object): string =>
    insertRow('part', {
      ...{ id: `prt_${name}_${id}`, message_id: id, session_id: session, ...times },
      data: JSON.stringify(data),
    });
  return [
    insertRow('session', { id: session, parent_id: parent, directory, cost: 9, ...times }),
    insertRow('message', {
      id,
      session_id: session,
      ...times,
      data: JSON.stringify(messageData(message)),
    }),
    insertPart('text', { type: 'text', text: '"assistant" and "step-finish"' }),
    ...steps.map((tokens, index) =>
      insertPart(`finish_${String(index)}`, {
        type: 'step-finish',
        reason: 'stop',
        cost: message.cost ?? 0,
        tokens,
      }),
    ),
  ].join('\n');
}

const sampleOf = (name: AgentName, directory: string, fileName: string): AgentSample => ({
  name,
  model: 'claude-opus-4-5',
  directory,
  content: 'database',
  lacks: [],
  write: async (home, responses) => {
    const path = join(home, directory, fileName);
    await mkdir(dirname(path), { recursive: true });
    execSql(
      path,
      openCodeSchema + responses.map((one) => openCodeRows(openCodeMessage(one))).join('\n'),
    );
  },
});

export const openCodeMessage = ({
  id,
  session,
  timeMs,
  model,
  project,
  input,
  output,
  cacheRead,
  cacheWrite,
}: SampleResponse): OpenCodeMessage => ({
  ...{ id, session, timeMs, model, directory: project },
  tokens: {
    ...{ input, output: output - 7, reasoning: 7 },
    cache: { read: cacheRead, write: cacheWrite },
    total: input + output + cacheRead + cacheWrite,
  },
});

export const openCodeSample = sampleOf('opencode', '.local/share/opencode', 'opencode.db');
export const kiloCliSample = sampleOf('kilo-cli', '.local/share/kilo', 'kilo.db');
