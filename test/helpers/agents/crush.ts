import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execSql } from '../sqlite-writer.ts';
import { bySession, type AgentSample } from './agent-sample.ts';

/** From internal/db/migrations/ of charmbracelet/crush. */
export const crushSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT NOT NULL, message_count INTEGER NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0, completion_tokens INTEGER NOT NULL DEFAULT 0,
    cost REAL NOT NULL DEFAULT 0.0, updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL);
`;

/** Writes the list of data directories as Crush does. */
export async function writeCrushProjects(home: string, paths: readonly string[]): Promise<void> {
  const file = join(home, '.local/share/crush/projects.json');
  await mkdir(dirname(file), { recursive: true });
  const projects = paths.map((path) => ({ path, data_dir: join(path, '.crush') }));
  await writeFile(file, JSON.stringify({ projects }));
}

/** The cost of each session, 0.01 per response, in the database of one project. */
export const crushSample = {
  name: 'crush',
  model: 'unknown',
  directory: 'app/.crush',
  content: 'database',
  runningTotals: true,
  lacks: ['input', 'output', 'cacheRead', 'cacheWrite'],
  write: async (home, responses) => {
    const project = join(home, 'app');
    await writeCrushProjects(home, [project]);
    const path = join(project, '.crush/crush.db');
    await mkdir(dirname(path), { recursive: true });
    const rows = [...bySession(responses)].map(([id, inSession]) => {
      const updatedAt = (inSession.at(-1)?.timeMs ?? 0) / 1000;
      const cost = inSession.length / 100;
      return `INSERT OR REPLACE INTO sessions (id, title, prompt_tokens, cost, updated_at, created_at)
        VALUES ('${id}', 'unknown', 4711, ${String(cost)}, ${String(updatedAt)}, 1);`;
    });
    execSql(path, crushSchema + rows.join('\n'));
  },
} as const satisfies AgentSample;
