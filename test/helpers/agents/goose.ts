import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execSql, insertRow } from '../sqlite-writer.ts';
import type { AgentSample, SampleResponse } from './agent-sample.ts';

/** The tables of schema 17 that matter, from crates/goose/src/session/session_manager.rs of aaif-goose/goose. */
export const gooseSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, working_dir TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, total_tokens INTEGER, input_tokens INTEGER, output_tokens INTEGER,
    cache_read_tokens INTEGER, cache_write_tokens INTEGER, accumulated_total_tokens INTEGER,
    accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER, accumulated_cache_read_tokens INTEGER,
    accumulated_cache_write_tokens INTEGER, accumulated_cost REAL, provider_name TEXT, model_config_json TEXT);
`;
export const gooseLedger = `
  CREATE TABLE IF NOT EXISTS usage_ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_timestamp INTEGER NOT NULL, model TEXT, input_tokens INTEGER, output_tokens INTEGER, total_tokens INTEGER,
    cache_read_tokens INTEGER, cache_write_tokens INTEGER, cost REAL, cost_source TEXT, is_compaction INTEGER DEFAULT 0);
  CREATE INDEX IF NOT EXISTS idx_usage_ledger_session ON usage_ledger (session_id);
`;

export const gooseSample = {
  name: 'goose',
  model: 'claude-sonnet-4-5',
  directory: '.local/share/goose',
  content: 'database',
  lacks: [],
  write: async (home, responses) => {
    const path = join(home, '.local/share/goose/sessions/sessions.db');
    await mkdir(dirname(path), { recursive: true });
    execSql(path, gooseSchema + gooseLedger + responses.map(toRows).join('\n'));
  },
} as const satisfies AgentSample;

const toRows = (response: SampleResponse, index: number): string => {
  const { session, timeMs, model, project, cacheRead, cacheWrite, output } = response;
  const input = response.input + cacheRead + cacheWrite;
  return [
    `INSERT OR IGNORE INTO sessions (id, working_dir, created_at, accumulated_input_tokens, provider_name)
     VALUES ('${session}', '${project}', '2026-11-20 08:00:00', 7, 'Anthropic');`,
    insertRow('usage_ledger', {
      ...{ id: index + 1, session_id: session, created_timestamp: timeMs / 1000, model },
      ...{ input_tokens: input, output_tokens: output, total_tokens: input + output },
      ...{ cache_read_tokens: cacheRead, cache_write_tokens: cacheWrite },
    }),
  ].join('\n');
};
