import { toTimestamp } from '../../schema/timestamp.ts';
import type { HistoryEntry, Snapshot } from '../../schema/syncs.ts';
import type { ProjectTotals, TokenEntry, TokenSource, TokenTotals } from '../../schema/tokens.ts';
import type { Collected, Sync, SyncContext } from '../sync.ts';
import { isMachineProblem } from '../../util/errors.ts';
import { anthropicAdmin } from './billing/anthropic-admin.ts';
import { openai } from './billing/openai.ts';
import { claudeCode } from './agents/claude-code/index.ts';
import type { Source, SourceReport, SourceUsage } from './source.ts';

/** In the order in which they are told. */
const sources: readonly Source[] = [anthropicAdmin, openai, claudeCode];

/** What models used and cost: what an organisation was billed, and what this machine's logs say. */
export const tokens: Sync<'tokens'> = { name: 'tokens', collect, toHistory };

async function collect(context: SyncContext<'tokens'>): Promise<Collected<'tokens'>> {
  const states: Record<string, TokenSource> = {};
  const totals: Record<string, TokenTotals> = {};
  const daily: TokenEntry[] = [];
  const projects: ProjectTotals[] = [];
  const failures: unknown[] = [];
  let cache: Uint8Array | undefined;
  let revisedDays = 0;
  // Side by side: while one waits for the network, another reads files.
  const answers = await Promise.allSettled(sources.map((source) => readSource(source, context)));
  for (const [index, source] of sources.entries()) {
    const answer = answers[index];
    if (answer?.status === 'rejected') {
      rethrowUnlessOwn(answer.reason, context);
      failures.push(answer.reason);
      states[source.name] = failedState(source, answer.reason, context);
    }
    const report = answer?.status === 'fulfilled' ? answer.value : null;
    if (report !== null) states[source.name] = report.state;
    cache = report?.cache ?? cache;
    revisedDays += report?.revisedDays ?? 0;
    const usage = report?.usage ?? usageBefore(source, context.previous);
    if (usage === null) continue;
    totals[source.name] = usage.totals;
    daily.push(...usage.daily);
    projects.push(...usage.projects);
  }
  const manual = context.previous?.manual ?? [];
  return {
    snapshot: {
      schemaVersion: 1,
      updatedAt: toTimestamp(context.startedAt),
      timeZone: context.options.timeZone,
      sources: states,
      totals,
      daily: daily.sort(compareEntries),
      projects,
      manual,
    },
    counts: {
      entries: daily.length,
      manual: manual.length,
      ...(revisedDays === 0 ? {} : { revisedDays }),
    },
    ...(cache === undefined ? {} : { cache }),
    ...(failures.length === 0 ? {} : { failure: failures[0] }),
  };
}

// Async, so that whatever is thrown is the failure of one source.
async function readSource(
  source: Source,
  context: SyncContext<'tokens'>,
): Promise<SourceReport | null> {
  return source.isEnabled(context.options, context.secrets) ? source.read(context) : null;
}

/** A stop, and a trouble of the machine, are not of one source. */
function rethrowUnlessOwn(error: unknown, { signal }: SyncContext<'tokens'>): void {
  signal.throwIfAborted();
  if (isMachineProblem(error)) throw error;
}

/** What a source told before stays, and so does how far it reaches. */
function failedState(
  { name }: Source,
  error: unknown,
  { previous, warn }: SyncContext<'tokens'>,
): TokenSource {
  const before = previous?.sources[name];
  const message = error instanceof Error ? error.message : String(error);
  const kept = before?.coveredTo ?? null;
  warn({
    code: 'source-failed',
    subject: name,
    message: `${message}; ${kept === null ? 'it has told nothing yet' : `what it told up to ${kept} is kept`}`,
  });
  return {
    coveredFrom: null,
    coveredTo: null,
    unpricedModels: [],
    warnings: {},
    ...before,
    status: 'error',
    message,
  };
}

/** One entry for each of `daily`. That a day was not over is told by the run that wrote the line. */
function toHistory(snapshot: Snapshot<'tokens'>): readonly HistoryEntry<'tokens'>[] {
  return snapshot.daily.map((entry) => {
    const line = { key: keyOf(entry), ...entry };
    delete line.partial;
    return line;
  });
}

const keyOf = ({ source, date, model, workspace, project }: TokenEntry): string =>
  `${source}|${date}|${model}|${workspace ?? project ?? ''}`;

/** What a source told before, for a run in which it tells nothing. */
function usageBefore(
  { name, tellsProjects }: Source,
  previous: Snapshot<'tokens'> | null,
): SourceUsage | null {
  const totals = previous?.totals[name];
  if (!previous || totals === undefined) return null;
  return {
    totals,
    daily: previous.daily.filter((entry) => entry.source === name),
    projects: tellsProjects ? previous.projects : [],
  };
}

function compareEntries(one: TokenEntry, other: TokenEntry): number {
  return (
    compare(one.date, other.date) ||
    compare(one.source, other.source) ||
    compare(one.model, other.model) ||
    compare(one.workspace ?? one.project ?? '', other.workspace ?? other.project ?? '')
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
