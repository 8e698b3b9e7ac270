import { dayOf, type Day } from '../../../schema/timestamp.ts';
import type { TokenEntry } from '../../../schema/tokens.ts';
import { UserError } from '../../../util/errors.ts';
import type { SyncContext } from '../../sync.ts';
import type { Source, SourceReport } from '../source.ts';
import { billedEntries, totalsOf, type Bill } from './bill.ts';
import { firstDayToAsk, replaceDays, revisedDaysOf } from './days.ts';

/** An API that tells what an organisation was billed. A successor of one is one more of these. */
export interface BillingApi {
  readonly name: string;
  readonly isEnabled: Source['isEnabled'];
  /** Why it can't be asked, as a line for the person who reads the run; null when it can. */
  readonly missing: (secrets: Secrets) => string | null;
  /** The organisation that is to be billed; null where the API does not tell. */
  readonly organization: (secrets: Secrets) => string | null;
  /** Tells all UTC days from `from` to `today`, or throws: never a part. */
  readonly readBill: (request: BillRequest) => Promise<Bill>;
}

export type Secrets = SyncContext<'tokens'>['secrets'];

export interface BillRequest {
  readonly from: Day;
  readonly today: Day;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/**
 * Makes a source of such an API: 90 days at first, then the last 35 in every run, each day replaced whole. Days
 * that are older stay as they were told.
 */
export const billingSource = (api: BillingApi): Source => ({
  name: api.name,
  tellsProjects: false,
  isEnabled: api.isEnabled,
  read: (context) => read(api, context),
});

async function read(api: BillingApi, context: SyncContext<'tokens'>): Promise<SourceReport> {
  const { previous, secrets, signal, notice } = context;
  const before = previous?.sources[api.name];
  const state = {
    message: null,
    coveredFrom: before?.coveredFrom ?? null,
    coveredTo: before?.coveredTo ?? null,
    unpricedModels: [],
    warnings: {},
  };
  const missing = api.missing(secrets);
  if (missing !== null) {
    notice(missing);
    const organization = before?.organization;
    return {
      state: {
        ...state,
        status: 'skipped',
        message: missing,
        ...(organization === undefined ? {} : { organization }),
      },
      usage: null,
    };
  }
  const organization = api.organization(secrets);
  if (before?.organization !== undefined && organization !== before.organization) {
    throw new UserError('data', `${api.name}: data/tokens.json is about another organization`, {
      hint: `it tells of ${before.organization}; move it and data/history/tokens away to begin with another`,
    });
  }
  const today = dayOf(context.startedAt);
  const from = firstDayToAsk(state.coveredTo, today);
  const told = await toldBefore(api.name, context);
  const { rows, days } = await api.readBill({ from, today, secrets, signal });
  const fresh = billedEntries(rows, { source: api.name, today });
  const daily = replaceDays(told, fresh, days);
  const unbilled = daily.filter(({ costBasis }) => costBasis === 'unknown').length;
  return {
    state: {
      ...state,
      status: 'ok',
      coveredFrom: [state.coveredFrom, from, ...told.map(({ date }) => date)].reduce(earlier),
      coveredTo: today,
      ...(organization === null ? {} : { organization }),
      warnings: unbilled === 0 ? {} : { unbilled },
    },
    usage: { totals: totalsOf(daily), daily, projects: [] },
    revisedDays: revisedDaysOf(told, fresh, { days, before }),
  };
}

const earlier = (one: Day | null, other: Day | null): Day | null =>
  one === null || (other !== null && other < one) ? other : one;

/** What the source told, from the history when the snapshot has lost it. */
async function toldBefore(
  name: string,
  { previous, readLatestHistory: recall }: SyncContext<'tokens'>,
): Promise<readonly TokenEntry[]> {
  const told = previous?.daily.filter(({ source }) => source === name) ?? [];
  if (told.length > 0 || previous?.sources[name]?.coveredTo) return told;
  return (await recall()).flatMap(({ key: _key, ...entry }) =>
    entry.source === name ? [entry] : [],
  );
}
