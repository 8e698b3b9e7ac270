import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execSql, insertRow } from '../sqlite-writer.ts';
import type { AgentSample, SampleResponse } from './agent-sample.ts';

/** The tables of schema 8 that matter; Copilot CLI 1.0.80 to 1.0.91. */
export const copilotSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, cwd TEXT, repository TEXT, created_at TEXT);
  CREATE TABLE IF NOT EXISTS assistant_usage_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, turn_index INTEGER, model TEXT NOT NULL,
    input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
    reasoning_tokens INTEGER, total_nano_aiu INTEGER, request_multiplier REAL, initiator TEXT,
    created_at TEXT DEFAULT (datetime('now')));
`;

export const copilotCliSample = {
  name: 'copilot-cli',
  model: 'claude-sonnet-4-5',
  directory: '.copilot',
  content: 'database',
  lacks: [],
  write: async (home, responses) => {
    const path = join(home, '.copilot/session-store.db');
    await mkdir(dirname(path), { recursive: true });
    execSql(path, copilotSchema + responses.map(toRows).join('\n'));
  },
} as const satisfies AgentSample;

const toRows = (response: SampleResponse, index: number): string => {
  const { session, timeMs, model, project, cacheRead, cacheWrite, output } = response;
  return [
    insertRow('sessions', { id: session, cwd: project }),
    insertRow('assistant_usage_events', {
      ...{ id: index + 1, session_id: session, model, created_at: new Date(timeMs).toISOString() },
      ...{ input_tokens: response.input + cacheRead + cacheWrite, output_tokens: output },
      ...{ cache_read_tokens: cacheRead, cache_write_tokens: cacheWrite, reasoning_tokens: 5 },
    }),
  ].join('\n');
};
