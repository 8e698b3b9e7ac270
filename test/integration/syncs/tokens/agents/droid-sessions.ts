import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonLines, writeLogFile } from '../../../../helpers/agents/agent-sample.ts';

export interface DroidSession {
  readonly id?: string;
  /** Directory below `sessions/`. */
  readonly dir?: string;
  /** The running total, in the names of Droid; null for versions that write none. */
  readonly tokenUsage?: object | null;
  readonly model?: string;
  readonly vendor?: string;
  /** Time of the last message; null for a session without messages beside the settings. */
  readonly at?: string | null;
  readonly cwd?: string;
  /** Further settings. */
  readonly settings?: object;
}

/** Returns a total of output tokens in the names of Droid. */
export const totalOf = (outputTokens: number): object => ({
  inputTokens: 0,
  outputTokens,
  cacheCreationTokens: 0,
  cacheReadTokens: 0,
  thinkingTokens: 0,
});

/** Writes a session as Droid does: its settings with the running total, and its messages. */
export async function writeDroidSession(
  home: string,
  {
    id = 'session-1',
    dir = '-home-dev-app',
    tokenUsage = totalOf(100),
    model = 'claude-opus-5',
    vendor = 'anthropic',
    at = '2026-11-10T12:00:00.000Z',
    cwd = '/home/dev/app',
    settings = {},
  }: DroidSession = {},
): Promise<void> {
  const path = join(home, '.factory/sessions', dir, id);
  const usage = tokenUsage === null ? {} : { tokenUsage };
  await writeLogFile(
    `${path}.settings.json`,
    JSON.stringify({ model, providerLock: vendor, ...usage, ...settings }, null, 2),
  );
  if (at === null) return;
  await writeJsonLines(`${path}.jsonl`, [
    { type: 'session_start', id, title: 'New Session', cwd },
    { type: 'message', id: 'message-1', timestamp: at, message: { role: 'assistant' } },
  ]);
}

/** Deletes the files of a session. */
export async function deleteDroidSession(
  home: string,
  { id = 'session-1', dir = '-home-dev-app' }: DroidSession = {},
): Promise<void> {
  const path = join(home, '.factory/sessions', dir, id);
  await rm(`${path}.settings.json`, { force: true });
  await rm(`${path}.jsonl`, { force: true });
}
