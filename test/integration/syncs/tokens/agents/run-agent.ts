import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentName } from '../../../../../src/schema/agent-names.ts';
import type { Snapshot } from '../../../../../src/schema/syncs.ts';
import type { TokenCounts } from '../../../../../src/schema/tokens.ts';
import { agents } from '../../../../../src/syncs/tokens/agents/registry.ts';
import type { SourceReport } from '../../../../../src/syncs/tokens/source.ts';
import { agentSource } from '../../../../../src/syncs/tokens/usage-log/agent-source.ts';
import { decodeCache, encodeCache } from '../../../../../src/util/cache.ts';
import type { Diagnostic } from '../../../../../src/util/diagnostic.ts';
import { syncContext, testSystem } from '../../../../helpers/context.ts';

export interface AgentHome extends AsyncDisposable {
  readonly path: string;
}

/** Creates an empty home directory. */
export async function agentHome(): Promise<AgentHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'sync-runner-agent-')));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface AgentRun extends SourceReport {
  /** Whether no log was read, so that the previous cache is current. */
  readonly isUnchanged: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export interface AgentRunOptions {
  /** The run before: its usage is in the snapshot, and its cache goes through its stored form. */
  readonly after?: SourceReport;
  readonly env?: Readonly<Record<string, string>>;
  /** `tokens` in the configuration. */
  readonly options?: object;
  readonly startedAt?: Date;
}

const stamp = { name: 'test', schemaVersion: 1 };

/** Reads the logs of an agent on Linux, with only `env` as environment. */
export async function runAgent(
  name: AgentName,
  home: string,
  { after, env = {}, ...changes }: AgentRunOptions = {},
): Promise<AgentRun> {
  const agent = agents.find((candidate) => candidate.name === name);
  if (agent === undefined) throw new Error(`unknown agent ${name}`);
  const system = testSystem({ home, env, platform: 'linux' });
  const previous = after === undefined ? null : snapshotOf(name, after);
  const context = syncContext('tokens', home, { system, previous, ...changes });
  const cache = after?.cache === undefined ? null : encodeCache(stamp, after.cache);
  const report = await agentSource(agent).read({ ...context, cache: decodeCache(stamp, cache) });
  const isUnchanged = report.cache === undefined;
  return {
    ...report,
    ...(isUnchanged && after !== undefined ? { cache: after.cache } : {}),
    isUnchanged,
    diagnostics: context.warnings,
  };
}

/** Returns the snapshot that contains only the usage of a source. */
function snapshotOf(name: AgentName, { usage }: SourceReport): Snapshot<'tokens'> {
  return {
    schemaVersion: 1,
    updatedAt: '2026-11-23T08:45:00.000Z',
    timeZone: 'UTC',
    sources: {},
    totals: usage === null ? {} : { [name]: usage.totals },
    daily: [...(usage?.daily ?? [])],
    projects: [...(usage?.projects ?? [])],
    manual: [],
  };
}

/** Returns the total counts of a run: all cache writes in one number. */
export function countsOf({ usage }: SourceReport): Counts {
  if (usage === null) return { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const { responses, tokens } = usage.totals;
  return { responses, ...toCounts(tokens) };
}

export interface Counts {
  readonly responses: number | null;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Unknown counts are 0. */
export const toCounts = (tokens: TokenCounts | null): Omit<Counts, 'responses'> => ({
  input: tokens?.input ?? 0,
  output: tokens?.output ?? 0,
  cacheRead: tokens?.cacheRead ?? 0,
  cacheWrite: (tokens?.cacheWrite5m ?? 0) + (tokens?.cacheWrite1h ?? 0),
});
