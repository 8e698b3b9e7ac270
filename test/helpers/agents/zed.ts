import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as zlib from 'node:zlib';
import { execSql, sqlValue } from '../sqlite-writer.ts';
import { bySession, type AgentSample } from './agent-sample.ts';

/** From crates/agent/src/db.rs of zed-industries/zed. */
export const zedSchema = `
  CREATE TABLE IF NOT EXISTS threads (
    id TEXT PRIMARY KEY, summary TEXT NOT NULL, updated_at TEXT NOT NULL, data_type TEXT NOT NULL, data BLOB NOT NULL,
    parent_id TEXT, folder_paths TEXT, folder_paths_order TEXT, created_at TEXT);
`;

/** Node.js 22.15 and later. */
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (text: string) => Buffer };

export interface ZedThread {
  readonly id: string;
  readonly updatedAt: string;
  readonly folderPaths: string | null;
  readonly thread: object;
  readonly dataType?: 'zstd' | 'json';
  readonly summary?: string;
}

/** Returns the statement with which Zed saves a thread. */
export function saveZedThread({ id, updatedAt, folderPaths, thread, ...row }: ZedThread): string {
  const text = JSON.stringify(thread);
  const { dataType = 'zstd', summary = 'title' } = row;
  const data = dataType === 'zstd' ? zstdCompressSync?.(text) : Buffer.from(text);
  if (data === undefined) throw new Error('this version of Node.js has no zstd');
  return `INSERT INTO threads (id, summary, updated_at, data_type, data, folder_paths)
    VALUES (${[id, summary, updatedAt, dataType].map(sqlValue).join(', ')}, X'${data.toString('hex')}',
      ${sqlValue(folderPaths)})
    ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, data_type = excluded.data_type,
      data = excluded.data, folder_paths = excluded.folder_paths;`;
}

export const toZedTime = (timeMs: number): string =>
  new Date(timeMs).toISOString().replace('Z', '123456+00:00');

export const zedDatabase = '.local/share/zed/threads/threads.db';

/** Threads of version 0.3.0 with the running total of their requests. */
export const zedSample = {
  name: 'zed',
  model: 'claude-opus-4-5',
  directory: '.local/share/zed',
  content: 'database',
  runningTotals: true,
  lacks: [],
  write: async (home, responses) => {
    const path = join(home, zedDatabase);
    await mkdir(dirname(path), { recursive: true });
    const rows = [...bySession(responses)].map(([id, inSession]) => {
      const sum = (kind: 'input' | 'output' | 'cacheRead' | 'cacheWrite'): number =>
        inSession.reduce((total, response) => total + response[kind], 0);
      const { timeMs = 0, project = '', model = '' } = inSession.at(-1) ?? {};
      const thread = {
        version: '0.3.0',
        title: 'title',
        messages: inSession.map((response) => ({ Agent: { content: [{ Text: response.id }] } })),
        cumulative_token_usage: {
          input_tokens: sum('input'),
          output_tokens: sum('output'),
          cache_creation_input_tokens: sum('cacheWrite'),
          cache_read_input_tokens: sum('cacheRead'),
        },
        model: { provider: 'anthropic', model },
      };
      const updatedAt = toZedTime(timeMs);
      // The only text in the database that is not compressed.
      return saveZedThread({ id, updatedAt, folderPaths: project, thread, summary: model });
    });
    execSql(path, zedSchema + rows.join('\n'));
  },
} as const satisfies AgentSample;
