import { createHmac } from 'node:crypto';
import { createUsageProjectFinder } from '../../analytics/project-of-path.ts';
import { addKnown, addMoney } from '../../analytics/usage/money.ts';
import type { FleetFile } from '../../schema/fleet.ts';
import { secretNames, secretRegistry } from '../../schema/secrets.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import type { TokenEntry } from '../../schema/tokens.ts';
import { sanitizeLine } from '../../util/text.ts';
import { getOrInsert } from '../../util/collections.ts';
import { shortHash } from '../../util/hash.ts';
import { lineOrNull, projectKey, toKey, type ProjectRules } from './project-rows.ts';
import { toRow, maxKeyLength, type Row } from './row.ts';

/** The usage of one source on one day, which the database replaces as a unit. */
export interface UsageDay extends Row {
  readonly source: string;
  readonly day: string;
  readonly content: readonly UsageRow[];
}

/** Names of the columns as `push_1` expects them. */
type UsageRow = Readonly<ReturnType<ReturnType<typeof usageRowMapper>>>;

export interface UsageContext {
  readonly tokens: Snapshot<'tokens'>;
  readonly projects: Snapshot<'projects'> | null;
  readonly rules: ProjectRules;
  readonly identity: Pick<FleetFile, 'id' | 'secret'>;
  readonly secrets: Readonly<Record<string, string>>;
}

export const usageDayKey = (source: string, day: string): string => `${source}|${day}`;

export function parseUsageDayKey(key: string): { readonly source: string; readonly day: string } {
  const [source = '', day = ''] = key.split('|');
  return { source, day };
}

/** Returns the usage by `source|day`. */
export function usageDays(context: UsageContext): ReadonlyMap<string, UsageDay> {
  const toUsageRow = usageRowMapper(context);
  const days = new Map<string, Map<string, UsageRow>>();
  for (const entry of context.tokens.daily) {
    const row = toUsageRow(entry);
    const day = getOrInsert(
      days,
      usageDayKey(row.source, row.day),
      () => new Map<string, UsageRow>(),
    );
    // Several directories belong to one project, or to none.
    const key = JSON.stringify([row.model, row.scope]);
    const other = day.get(key);
    day.set(key, other === undefined ? row : addRows(other, row));
  }
  const sets = [...days].map(([key, rows]): readonly [string, UsageDay] => {
    const content = [...rows.values()];
    return [key, { ...toRow(content), content, ...parseUsageDayKey(key) }];
  });
  return new Map(sets);
}

/** Returns the state of the sources. Their messages may contain paths. */
export const sourceRows = (context: UsageContext): readonly object[] =>
  Object.entries(context.tokens.sources).map(([source, state]) => ({
    source: sourceName(source),
    account: accountOf(source, context),
    status: state.status,
    message: context.rules.share.includes('paths') ? lineOrNull(state.message) : null,
    covered_from: state.coveredFrom,
    covered_to: state.coveredTo,
  }));

/** The separator of the key must not occur in it. */
const sourceName = (source: string): string => sanitizeLine(source, 100).replaceAll('|', '/');

/**
 * Returns the account of a bill, by which the database recognises that several machines read the same one: the
 * organisation, else a hash of the key. Null for the logs of this machine.
 */
function accountOf(source: string, { tokens, identity, secrets }: UsageContext): string | null {
  const keys = secretNames.filter((name) => secretRegistry[name].source === source);
  if (keys.length === 0) return null;
  const organization = tokens.sources[source]?.organization;
  if (organization !== undefined) return sanitizeLine(organization, maxKeyLength);
  const key = keys.find((name) => secretRegistry[name].type === 'key' && secrets[name]);
  return key === undefined
    ? `host:${identity.id}`
    : `key:${shortHash(secrets[key] ?? '').slice(0, 12)}`;
}

function usageRowMapper(context: UsageContext) {
  const { tokens, projects, rules, identity } = context;
  const keys = new Map(projects?.projects.map((one) => [one.id, projectKey(one, rules)]));
  const accounts = new Map(
    Object.keys(tokens.sources).map((source) => [source, accountOf(source, context)]),
  );
  const findProject = createUsageProjectFinder(projects, tokens);
  const hashes = new Map<string, string>();
  const hashPath = (path: string): string =>
    getOrInsert(hashes, path, () =>
      createHmac('sha256', identity.secret ?? identity.id)
        .update(path)
        .digest('base64url')
        .slice(0, 16),
    );
  const scopeOf = ({ id, project, workspace }: TokenEntry): [scope: string, key: string | null] => {
    const known = id ?? (project == null ? null : findProject(project));
    if (known !== null)
      return rules.isHidden(known) ? ['', null] : [toKey(known), keys.get(known) ?? null];
    if (project != null) return [`folder:${hashPath(project)}`, null];
    return [sanitizeLine(workspace ?? '', maxKeyLength), null];
  };
  return (entry: TokenEntry) => {
    const [scope, key] = scopeOf(entry);
    const counts = entry.tokens;
    return {
      source: sourceName(entry.source),
      day: entry.date,
      model: sanitizeLine(entry.model, maxKeyLength),
      scope,
      key,
      account: accounts.get(entry.source) ?? null,
      i: counts?.input ?? null,
      o: counts?.output ?? null,
      w5: counts?.cacheWrite5m ?? null,
      w1: counts?.cacheWrite1h ?? null,
      cr: counts?.cacheRead ?? null,
      ws: counts?.webSearches ?? null,
      n: entry.responses,
      usd: entry.costUsd,
      basis: entry.costBasis,
      prices: lineOrNull(entry.priceVersion),
    };
  };
}

/** The least certain first. */
const costBases = ['unknown', 'reported', 'calculated', 'billed'] as const;

const addRows = (one: UsageRow, other: UsageRow): UsageRow => ({
  ...one,
  i: addKnown(one.i, other.i),
  o: addKnown(one.o, other.o),
  w5: addKnown(one.w5, other.w5),
  w1: addKnown(one.w1, other.w1),
  cr: addKnown(one.cr, other.cr),
  ws: addKnown(one.ws, other.ws),
  n: addKnown(one.n, other.n),
  usd: addMoney(one.usd, other.usd),
  basis: costBases.find((basis) => basis === one.basis || basis === other.basis) ?? one.basis,
  prices: one.prices ?? other.prices,
});
