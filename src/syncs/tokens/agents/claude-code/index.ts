import type { Warning } from '../../../../schema/status.ts';
import type { ProjectTotals, TokenEntry, TokenSource } from '../../../../schema/tokens.ts';
import type { SyncContext } from '../../../sync.ts';
import { createYield } from '../../../../util/async.ts';
import type { Source, SourceReport } from '../../source.ts';
import { collectUsage } from './collect-usage.ts';
import { findLogs, type FoundLog } from './find-logs.ts';
import { hideFolders, hidePath } from './hidden-path.ts';
import { logFolders } from './log-folders.ts';
import { projectIds } from './project-ids.ts';
import { decodeState, type LogState } from './state.ts';
import { dailyEntries, projectTotals, totalsOf } from './summary.ts';
import { createCalendar } from './usage-by-day.ts';

const name = 'claude-code';

/**
 * This machine's Claude Code logs: what every project used, and what it would have cost at list prices. A
 * lower bound, because sub-agents' logs do not always get the final count of an answer.
 */
export const claudeCode: Source = {
  name,
  tellsProjects: true,
  isEnabled: ({ claudeCode: options }) => options.enabled,
  read,
};

async function read(context: SyncContext<'tokens'>): Promise<SourceReport> {
  const { options, startedAt, previous, warn, signal } = context;
  const pause = createYield(signal);
  const folders = logFolders(options.claudeCode.directories, context);
  for (const path of folders.missing) {
    warn({ code: 'no-logs', subject: path, message: 'has no folder projects/ with logs' });
  }
  const { logs: found, problems } = await findLogs(folders.found, pause);
  const tools = { context, pause };
  const collected =
    (await collectUsage(name, found, decodeState(context.cache), tools)) ??
    (await collectUsage(name, found, null, tools));
  if (collected === null) throw new Error('a scan that needs no stored state can not miss one');

  const today = createCalendar(options.timeZone)(startedAt.getTime());
  const { hashPaths } = options.claudeCode;
  const usage = hashPaths ? hideFolders(collected.usage) : collected.usage;
  const daily = dailyEntries(usage, { source: name, today });
  const projects = projectTotals(
    collected.usage,
    projectIds((await context.discover()).projects, previous?.projects ?? []),
  );
  const allProblems = [...problems, ...collected.problems];
  for (const problem of allProblems) warn(problem);
  const hasFolder = folders.found.length > 0;
  const state = stateOf(daily, {
    hasFolder,
    leftOut: leftOut(found, collected.logs, allProblems),
  });
  for (const model of state.unpricedModels) {
    warn({ code: 'no-price', subject: model, message: 'has no known price: its cost is unknown' });
  }
  return {
    state,
    usage:
      hasFolder || daily.length > 0
        ? {
            totals: totalsOf(collected.usage),
            daily,
            projects: hashPaths ? projects.map(hideProject) : projects,
          }
        : null,
    ...(collected.cache === undefined ? {} : { cache: collected.cache }),
  };
}

const hideProject = (project: ProjectTotals): ProjectTotals => ({
  ...project,
  logDir: hidePath(project.logDir),
  projectPath: project.projectPath === null ? null : hidePath(project.projectPath),
});

function stateOf(
  daily: readonly TokenEntry[],
  {
    hasFolder,
    leftOut,
  }: {
    readonly hasFolder: boolean;
    readonly leftOut: Readonly<Record<string, number>>;
  },
): TokenSource {
  const unpriced = daily.filter(({ costUsd }) => costUsd === null).map(({ model }) => model);
  return {
    status: hasFolder ? 'ok' : 'skipped',
    message: hasFolder ? null : 'there are no logs of Claude Code',
    coveredFrom: daily[0]?.date ?? null,
    coveredTo: daily.at(-1)?.date ?? null,
    unpricedModels: [...new Set(unpriced)].sort(),
    warnings: { ...leftOut },
  };
}

/** How many lines of the logs that are there, and how many files, are not counted, by kind. */
function leftOut(
  found: readonly FoundLog[],
  logs: ReadonlyMap<string, LogState>,
  problems: readonly Warning[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const add = (kind: string, number: number): void => {
    if (number > 0) counts.set(kind, (counts.get(kind) ?? 0) + number);
  };
  for (const { path } of found) {
    for (const [kind, lines] of Object.entries(logs.get(path)?.checkpoint.leftOut ?? {})) {
      add(kind, lines);
    }
  }
  add('unreadable', problems.length);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
