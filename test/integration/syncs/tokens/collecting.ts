import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import { tokensSnapshot } from '../../../../src/schema/tokens.ts';
import type { Diagnostic } from '../../../../src/util/diagnostic.ts';
import type { Collected, SyncContext } from '../../../../src/syncs/sync.ts';
import { tokens } from '../../../../src/syncs/tokens/index.ts';
import { syncContext, testSystem } from '../../../helpers/context.ts';

/** A home folder with Claude Code's logs in `.claude/projects/`; removed when it goes out of scope. */
export interface TemporaryHome extends AsyncDisposable {
  readonly path: string;
  readonly projects: string;
  /** Writes a log: texts as they are, objects as JSON, a line each. `path` starts below `projects/`. */
  writeLog(path: string, lines: readonly (object | string)[]): Promise<void>;
  appendLog(path: string, lines: readonly (object | string)[]): Promise<void>;
  /** Runs the sync as a run would; what it made of the last one goes in as `previous` and `cache`. */
  collect(changes?: Changes): Promise<Told>;
}

export type Changes = Partial<Omit<SyncContext<'tokens'>, 'options'>> & {
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
};

export interface Told extends Collected<'tokens'> {
  readonly warnings: readonly Diagnostic[];
  readonly notices: readonly string[];
}

export async function temporaryHome(): Promise<TemporaryHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'sync-runner-tokens-')));
  const projects = join(path, '.claude', 'projects');
  const put = async (
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
    writeLog: (log, lines) => put(writeFile, log, lines),
    appendLog: (log, lines) => put(appendFile, log, lines),
    collect: (changes = {}) => collectIn(path, changes),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function collectIn(home: string, { env = {}, ...changes }: Changes): Promise<Told> {
  const system = testSystem({ home, env });
  const context = syncContext('tokens', home, { system, ...changes });
  const collected = await tokens.collect(context);
  tokensSnapshot.parse(collected.snapshot);
  return { ...collected, warnings: context.warnings, notices: context.notices };
}

/** What the next run is handed of this one. An absent cache means that the stored one stays. */
export const after = (told: Told, before: Changes = {}): Changes => ({
  previous: told.snapshot,
  cache: told.cache ?? before.cache ?? null,
});

export interface AnswerOptions {
  readonly id?: string | null;
  readonly requestId?: string | null;
  readonly at?: string;
  readonly model?: string;
  readonly cwd?: string | null;
  readonly usage?: object;
  readonly isSidechain?: boolean;
  readonly uuid?: string;
}

/** A line of an answer as Claude Code writes it. */
export const answer = ({
  id = 'msg_1',
  requestId = 'req_1',
  at = '2026-11-20T10:00:00.000Z',
  model = 'claude-opus-5',
  cwd = '/home/dev/app',
  usage = { input_tokens: 1, output_tokens: 10 },
  isSidechain = false,
  uuid = 'uuid-1',
}: AnswerOptions = {}): object => ({
  type: 'assistant',
  uuid,
  timestamp: at,
  sessionId: 'session',
  isSidechain,
  ...(cwd === null ? {} : { cwd }),
  ...(requestId === null ? {} : { requestId }),
  message: { id, model, role: 'assistant', content: [{ type: 'text', text: 'x' }], usage },
});

export const claudeCode = ({
  snapshot,
}: Collected<'tokens'>): Snapshot<'tokens'>['totals'][string] => {
  const totals = snapshot.totals['claude-code'];
  if (totals === undefined) throw new Error('claude-code told nothing');
  return totals;
};
