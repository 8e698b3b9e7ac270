import { toInstant } from '../../contract/instant.ts';
import type { Digest, Snapshot } from '../../contract/syncs.ts';
import type { ProjectTotals, TokenEntry, TokenSource, TokenTotals } from '../../contract/tokens.ts';
import type { Collected, Sync, SyncContext } from '../sync.ts';
import { anthropicAdmin } from './anthropic-admin.ts';
import { claudeCode } from './claude-code/index.ts';
import type { Source, SourceUsage } from './source.ts';

/** In the order in which they are told. */
const sources: readonly Source[] = [anthropicAdmin, claudeCode];

/** What models used and cost: what an organisation was billed, and what this machine's logs say. */
export const tokens: Sync<'tokens'> = { name: 'tokens', collect, digest };

async function collect(context: SyncContext<'tokens'>): Promise<Collected<'tokens'>> {
  const states: Record<string, TokenSource> = {};
  const totals: Record<string, TokenTotals> = {};
  const daily: TokenEntry[] = [];
  const projects: ProjectTotals[] = [];
  let cache: Uint8Array | undefined;
  for (const source of sources) {
    const report = source.isEnabled(context.options) ? await source.read(context) : null;
    if (report !== null) states[source.name] = report.state;
    cache = report?.cache ?? cache;
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
      updatedAt: toInstant(context.startedAt),
      timeZone: context.options.timeZone,
      sources: states,
      totals,
      daily: daily.sort(compareEntries),
      projects,
      manual,
    },
    counts: { entries: daily.length, manual: manual.length },
    ...(cache === undefined ? {} : { cache }),
  };
}

/** One entry for each of `daily`. That a day was not over is told by the run that wrote the line. */
function digest(snapshot: Snapshot<'tokens'>): readonly Digest<'tokens'>[] {
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
