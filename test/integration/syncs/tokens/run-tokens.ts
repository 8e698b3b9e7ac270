import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import { tokensSnapshot } from '../../../../src/schema/tokens.ts';
import type { Collected, SyncContext } from '../../../../src/syncs/sync.ts';
import { tokens } from '../../../../src/syncs/tokens/index.ts';
import type { Diagnostic } from '../../../../src/util/diagnostic.ts';
import { syncContext, testSystem } from '../../../helpers/context.ts';

/** A home directory with the logs of Claude Code in `.claude/projects/`. */
export interface TemporaryHome extends AsyncDisposable {
  readonly path: string;
  readonly projects: string;
  /** Writes a log with one line per string or, as JSON, object. `path` is relative to `projects`. */
  writeLog(path: string, lines: readonly (object | string)[]): Promise<void>;
  appendLog(path: string, lines: readonly (object | string)[]): Promise<void>;
  /** Runs the sync. `afterRun` returns the changes for a subsequent run. */
  collect(changes?: Changes): Promise<TokensRun>;
}

export type Changes = Partial<Omit<SyncContext<'tokens'>, 'options'>> & {
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
};

export interface TokensRun extends Collected<'tokens'> {
  readonly warnings: readonly Diagnostic[];
  readonly notices: readonly string[];
}

export async function temporaryHome(): Promise<TemporaryHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'sync-runner-tokens-')));
  const projects = join(path, '.claude', 'projects');
  const writeLines = async (
    write: (path: string, text: string) => Promise<void>,
    log: string,
    lines: readonly (object | string)[],
  ): Promise<void> => {
    const file = join(projects, log);
    await mkdir(dirname(file), { recursive: true });
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    await write(file, texts.map((text) => `${text}\n`).join(''));
  };
  return {
    path,
    projects,
    writeLog: (log, lines) => writeLines(writeFile, log, lines),
    appendLog: (log, lines) => writeLines(appendFile, log, lines),
    collect: (changes = {}) => collectIn(path, changes),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function collectIn(home: string, { env = {}, ...changes }: Changes): Promise<TokensRun> {
  const system = testSystem({ home, env });
  const context = syncContext('tokens', home, { system, ...changes });
  const collected = await tokens.collect(context);
  tokensSnapshot.parse(collected.snapshot);
  return { ...collected, warnings: context.warnings, notices: context.notices };
}

/** Returns what a run passes on to the next one. Without a new cache the stored one is kept. */
export const afterRun = (run: TokensRun, before: Changes = {}): Changes => ({
  previous: run.snapshot,
  cache: run.cache ?? before.cache ?? null,
});

export interface ResponseLineOptions {
  readonly id?: string | null;
  readonly requestId?: string | null;
  readonly at?: string;
  readonly model?: string;
  readonly cwd?: string | null;
  readonly usage?: object;
  readonly isSidechain?: boolean;
  readonly uuid?: string;
}

/** Returns a line about a response in the form of Claude Code. */
export const responseLine = ({
  id = 'msg_1',
  requestId = 'req_1',
  at = '2026-11-20T10:00:00.000Z',
  model = 'claude-opus-5',
  cwd = '/home/dev/app',
  usage = { input_tokens: 1, output_tokens: 10 },
  isSidechain = false,
  uuid = 'uuid-1',
}: ResponseLineOptions = {}): object => ({
  type: 'assistant',
  uuid,
  timestamp: at,
  sessionId: 'session',
  isSidechain,
  ...(cwd === null ? {} : { cwd }),
  ...(requestId === null ? {} : { requestId }),
  message: { id, model, role: 'assistant', content: [{ type: 'text', text: 'x' }], usage },
});

export const claudeCodeTotals = ({
  snapshot,
}: Collected<'tokens'>): Snapshot<'tokens'>['totals'][string] => {
  const totals = snapshot.totals['claude-code'];
  if (totals === undefined) throw new Error('claude-code has no totals');
  return totals;
};
