import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { toTimestamp } from '../../util/dates.ts';
import { isAgent } from '../../schema/agent-names.ts';
import { withMicroUsd } from '../../schema/micro-usd.ts';
import type { HistoryEntry, Snapshot } from '../../schema/syncs.ts';
import type { ProjectTotals, TokenEntry, TokenSource, TokenTotals } from '../../schema/tokens.ts';
import type { Collected, PrepareContext, Prepared, Sync, SyncContext } from '../sync.ts';
import { createPool } from '../../util/async.ts';
import { decodeCache, encodeCache } from '../../util/cache.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { isMachineProblem, UserError } from '../../util/errors.ts';
import { sources } from './registry.ts';
import type { PreparedSource, Source, SourceReport, SourceUsage } from './source.ts';
import { createCalendar } from './usage-log/days/bucket-by-day.ts';

const cacheStamp = { name: 'tokens', schemaVersion: 1 };
/** By source. */
const storedCaches = z.catch(z.record(z.string(), z.unknown()), {});

/** Token usage and costs: the bills of organizations, and the logs of agents on this machine. */
export const tokens: Sync<'tokens'> = {
  name: 'tokens',
  prepare,
  collect: async (context) => (await prepare(context)).collect(context),
  toHistory,
};

async function prepare(context: PrepareContext<'tokens'>): Promise<Prepared<'tokens'>> {
  const { options, secrets, startedAt, system } = context;
  const prepared = new Map<string, PreparedSource>();
  const enabled = sources.filter(({ isEnabled }) => isEnabled(options, secrets));
  for (const source of enabled) {
    try {
      prepared.set(source.name, await source.prepare(context));
    } catch (error) {
      // Otherwise the source is prepared again, and reports the failure, when it is read.
      rethrowUnlessOwn(error, context);
    }
  }
  const inputs = enabled.map(({ name }) => prepared.get(name)?.inputs ?? null);
  const inputsKey = async (): Promise<string> => {
    const { projects } = await context.discover();
    const found = projects.map(({ id, path, ignoresCase }) => [id, path, ignoresCase]);
    // Entries of today are marked.
    const today = createCalendar(options.timeZone)(startedAt.getTime());
    const text = JSON.stringify([options, today, system.processInfo.nodeVersion, found, inputs]);
    return createHash('sha256').update(text).digest('base64');
  };
  const key = inputs.includes(null) ? null : await inputsKey();
  return { inputsKey: key, collect: (stored) => collect(stored, { prepared, inputsKey: key }) };
}

async function collect(
  context: SyncContext<'tokens'>,
  {
    prepared,
    inputsKey,
  }: {
    readonly prepared: ReadonlyMap<string, PreparedSource>;
    readonly inputsKey: string | null;
  },
): Promise<Collected<'tokens'>> {
  const { previous } = context;
  const states: Record<string, TokenSource> = {};
  const totals: Record<string, TokenTotals> = {};
  const daily: TokenEntry[] = [];
  const projects: ProjectTotals[] = [];
  const failures: unknown[] = [];
  const reports: SourceReport[] = [];
  const caches = { ...storedCaches.parse(decodeCache(cacheStamp, context.cache)) };
  const changedCaches: string[] = [];
  // One agent at a time, so that no more than the records of one are in memory. Bills wait for the network meanwhile.
  const oneAgent = createPool(1, () => null);
  const results = await Promise.allSettled(
    sources.map((source) => {
      const { name } = source;
      const read = async (): Promise<SourceReport | null> => {
        const own = { ...source, ...prepared.get(name) };
        const report = await readSource(own, context, caches[name] ?? null);
        if (report?.cache !== undefined) {
          // At once, so that only one of both is in memory.
          caches[name] = report.cache;
          changedCaches.push(name);
        }
        return report && { ...report, usage: withMicroUsd(report.usage) };
      };
      return isAgent(name) ? oneAgent(read) : read();
    }),
  );
  for (const [index, source] of sources.entries()) {
    const result = results[index];
    if (result?.status === 'rejected') {
      rethrowUnlessOwn(result.reason, context);
      failures.push(result.reason);
      states[source.name] = failedState(source, result.reason, context);
    }
    const report = result?.status === 'fulfilled' ? result.value : null;
    if (report !== null) {
      reports.push(report);
      states[source.name] = report.state;
    }
    const usage = report?.usage ?? previousUsageOf(source, previous);
    if (usage === null) continue;
    totals[source.name] = usage.totals;
    daily.push(...usage.daily);
    projects.push(...usage.projects);
  }
  noticeSkipped(reports, states, context);
  const manual = previous?.manual ?? [];
  const revisedDays = reports.reduce((sum, report) => sum + (report.revisedDays ?? 0), 0);
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
    ...(changedCaches.length > 0 ? { cache: encodeCache(cacheStamp, caches) } : {}),
    ...(failures.length === 0 ? {} : { failure: failures[0] }),
    ...(inputsKey === null ||
    failures.length > 0 ||
    reports.some(({ isIncomplete }) => isIncomplete)
      ? {}
      : { inputsKey }),
  };
}

// Async, so that everything thrown is the failure of one source.
async function readSource(
  source: Source,
  context: SyncContext<'tokens'>,
  cache: unknown,
): Promise<SourceReport | null> {
  if (!source.isEnabled(context.options, context.secrets)) return null;
  const { isBillDue, previous, startedAt } = context;
  if (isBillDue === undefined || isAgent(source.name)) return source.read({ ...context, cache });
  const before = previous?.sources[source.name];
  // A bill that could not be read is tried again by every run.
  const readAt = before?.status === 'success' ? before.readAt : undefined;
  if (before && readAt !== undefined && !isBillDue(new Date(readAt)))
    return { state: before, usage: null };
  const report = await source.read({ ...context, cache });
  if (report.state.status !== 'success') return report;
  return { ...report, state: { ...report.state, readAt: toTimestamp(startedAt) } };
}

/** A stop signal and errors of the machine do not concern a single source. */
function rethrowUnlessOwn(error: unknown, { signal }: Pick<SyncContext<'tokens'>, 'signal'>): void {
  signal.throwIfAborted();
  if (isMachineProblem(error)) throw error;
}

/** Returns the state of a source that failed: it still covers what it covered before. */
function failedState(
  { name }: Source,
  error: unknown,
  { previous, warn }: SyncContext<'tokens'>,
): TokenSource {
  const before = previous?.sources[name];
  const message = error instanceof Error ? error.message : String(error);
  const coveredTo = before?.coveredTo ?? null;
  const retained =
    coveredTo === null ? 'no earlier data exists' : `data up to ${coveredTo} is kept`;
  const hint = error instanceof UserError ? error.hint : null;
  warn(diagnostic('source-failed', { subject: name, message: `${message}; ${retained}`, hint }));
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

/** Reports which sources can't be read, and whether any other source was. */
function noticeSkipped(
  reports: readonly SourceReport[],
  states: Readonly<Record<string, TokenSource>>,
  { notice }: SyncContext<'tokens'>,
): void {
  const isAnyRead = Object.values(states).some(({ status }) => status !== 'skipped');
  for (const { skipped } of reports) {
    if (skipped === undefined) continue;
    notice(`${skipped.reason} — skipping ${isAnyRead ? skipped.subject : 'token sync'}`);
  }
}

/** Returns one entry per entry of `daily`. Only the run that stored a partial day knows that it is one. */
function toHistory(snapshot: Snapshot<'tokens'>): readonly HistoryEntry<'tokens'>[] {
  return snapshot.daily.map((entry) => {
    const line = { key: keyOf(entry), ...entry };
    delete line.partial;
    return line;
  });
}

const keyOf = ({ source, date, model, workspace, project }: TokenEntry): string =>
  `${source}|${date}|${model}|${workspace ?? project ?? ''}`;

/** Returns the stored usage of a source, for a run in which it reports none. */
function previousUsageOf(
  { name }: Source,
  previous: Snapshot<'tokens'> | null,
): SourceUsage | null {
  const totals = previous?.totals[name];
  if (!previous || totals === undefined) return null;
  const isOwn = ({ source }: { readonly source: string }): boolean => source === name;
  return {
    totals,
    daily: previous.daily.filter(isOwn),
    projects: previous.projects.filter(isOwn),
  };
}

const compareEntries = (a: TokenEntry, b: TokenEntry): number =>
  compare(a.date, b.date) ||
  compare(a.source, b.source) ||
  compare(a.model, b.model) ||
  compare(a.workspace ?? a.project ?? '', b.workspace ?? b.project ?? '');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
