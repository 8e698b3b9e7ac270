import { groupBy } from '../../../util/collections.ts';
import type { Day } from '../../../schema/timestamp.ts';
import { dayOf, addDays } from '../../../util/dates.ts';
import type { TokenEntry, TokenSource } from '../../../schema/tokens.ts';
import { UserError } from '../../../util/errors.ts';
import type { Source, SourceContext, SourceReport } from '../source.ts';
import { billedEntries, totalsOf, type Bill } from './bill.ts';

/** An API that reports what an organization was billed. */
export interface BillingApi {
  readonly name: string;
  /** Completes "skipping …". */
  readonly title: string;
  readonly isEnabled: Source['isEnabled'];
  /** `reported` if the API calculates its costs from prices; `billed` by default. */
  readonly costBasis?: 'billed' | 'reported';
  /** Returns why the API can't be used, or null. */
  readonly missingSecrets: (secrets: Secrets) => string | null;
  /** Returns the configured organization; null if the API does not identify it. */
  readonly organization: (secrets: Secrets) => string | null;
  /** Resolves with all UTC days from `from` to `today` that the API has, never with a part of them. */
  readonly readBill: (request: BillRequest) => Promise<Bill>;
}

export type Secrets = SourceContext['secrets'];

export interface BillRequest {
  readonly from: Day;
  readonly today: Day;
  readonly now: Date;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/**
 * Creates the source of an API. The first run reads 90 days, each later one the last 35, whose entries it
 * replaces; older days stay unchanged.
 */
export const billingSource = (api: BillingApi): Source => ({
  name: api.name,
  isEnabled: api.isEnabled,
  read: (context) => readSource(api, context),
  prepare: ({ secrets }) =>
    Promise.resolve({
      inputs: api.missingSecrets(secrets),
      read: (context) => readSource(api, context),
    }),
});

async function readSource(api: BillingApi, context: SourceContext): Promise<SourceReport> {
  const { previous, secrets, signal } = context;
  const before = previous?.sources[api.name];
  const state = {
    message: null,
    coveredFrom: before?.coveredFrom ?? null,
    coveredTo: before?.coveredTo ?? null,
    unpricedModels: [],
    warnings: {},
  };
  const missing = api.missingSecrets(secrets);
  if (missing !== null) {
    return {
      state: {
        ...state,
        status: 'skipped',
        message: missing,
        ...(before?.organization === undefined ? {} : { organization: before.organization }),
      },
      usage: null,
      skipped: { reason: missing, subject: api.title },
    };
  }
  const organization = api.organization(secrets);
  if (before?.organization !== undefined && organization !== before.organization) {
    throw new UserError('data', `${api.name}: data/tokens.json is about another organization`, {
      hint: `it contains data of ${before.organization}; move it and data/history/tokens away to start again`,
    });
  }
  const today = dayOf(context.startedAt);
  const from = firstDayToRequest(state.coveredTo, today);
  const stored = await storedEntries(api.name, context);
  const now = context.startedAt;
  const bill = await api.readBill({ from, today, now, secrets, signal });
  const { rows, days, coverage: [first, last] = [from, today] } = bill;
  // An API with a short memory leaves a gap after a long pause.
  const hasGap = state.coveredTo !== null && addDays(state.coveredTo, 1) < first;
  const { costBasis = 'billed' } = api;
  const current = billedEntries(rows, { source: api.name, today, costBasis });
  const daily = replaceDays(stored, current, days);
  const unbilled = daily.filter(({ costBasis }) => costBasis === 'unknown').length;
  return {
    state: {
      ...state,
      status: 'success',
      coveredFrom: hasGap
        ? first
        : [state.coveredFrom, first, ...stored.map(({ date }) => date)].reduce(earlier),
      coveredTo: last,
      ...(organization === null ? {} : { organization }),
      warnings: unbilled === 0 ? {} : { unbilled },
    },
    usage: { totals: totalsOf(daily), daily, projects: [] },
    revisedDays: countRevisedDays(stored, current, { days, before }),
  };
}

const earlier = (a: Day | null, b: Day | null): Day | null =>
  a === null || (b !== null && b < a) ? b : a;

/** Returns the entries of the snapshot, or of the history if the snapshot has lost them. */
async function storedEntries(
  name: string,
  { previous, readLatestHistory }: SourceContext,
): Promise<readonly TokenEntry[]> {
  const stored = previous?.daily.filter(({ source }) => source === name) ?? [];
  if (stored.length > 0 || previous?.sources[name]?.coveredTo) return stored;
  return (await readLatestHistory()).flatMap(({ key: _key, ...entry }) =>
    entry.source === name ? [entry] : [],
  );
}

/** How many days the first run requests, today included. */
const firstRunDays = 90;
/** How many days each later run requests: late events change a bill for about 30 days. */
const refreshedDays = 35;

/** Returns the first UTC day to request. After a long pause it is the last covered day, so that no gap remains. */
function firstDayToRequest(coveredTo: Day | null, today: Day): Day {
  if (coveredTo === null) return addDays(today, 1 - firstRunDays);
  const refreshed = addDays(today, 1 - refreshedDays);
  return coveredTo < refreshed ? coveredTo : refreshed;
}

/** Returns the entries with those of `days` replaced by the new ones. */
function replaceDays(
  previous: readonly TokenEntry[],
  current: readonly TokenEntry[],
  days: ReadonlySet<Day>,
): readonly TokenEntry[] {
  return [
    ...previous.filter(({ date }) => !days.has(date)),
    ...current.filter(({ date }) => days.has(date)),
  ];
}

/** Counts the days that were complete in the previous run and have different entries now. */
function countRevisedDays(
  previous: readonly TokenEntry[],
  current: readonly TokenEntry[],
  { days, before }: { readonly days: ReadonlySet<Day>; readonly before: TokenSource | undefined },
): number {
  const { coveredFrom, coveredTo } = before ?? {};
  if (!coveredFrom || !coveredTo) return 0;
  const earlier = serializeByDay(previous);
  const later = serializeByDay(current);
  return [...days].filter(
    (date) => date >= coveredFrom && date < coveredTo && earlier.get(date) !== later.get(date),
  ).length;
}

function serializeByDay(entries: readonly TokenEntry[]): ReadonlyMap<Day, string> {
  const serialize = ({ model, workspace, tokens, responses, costUsd }: TokenEntry): string => {
    const counts = Object.entries(tokens ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([model, workspace ?? null, counts, responses, costUsd]);
  };
  const days = groupBy(entries, ({ date }) => date);
  return new Map([...days].map(([date, own]) => [date, own.map(serialize).sort().join('\n')]));
}
