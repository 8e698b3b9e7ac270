import { diagnostic, type Diagnostic } from '../../../util/diagnostic.ts';
import type { ProjectTotals, TokenEntry, TokenSource } from '../../../schema/tokens.ts';
import { agentTitles } from '../../../schema/agent-names.ts';
import { agentOptions } from '../../../schema/agents.ts';
import { createYield } from '../../../util/async.ts';
import { comparablePath, composedPath } from '../../../util/compare-paths.ts';
import type {
  FindContext,
  PreparedSource,
  Source,
  SourceContext,
  SourceReport,
} from '../source.ts';
import type { Agent } from './agent.ts';
import { createCalendar } from './days/bucket-by-day.ts';
import type { DayUsage } from './days/day-usage.ts';
import {
  flatRateRule,
  sumUsage,
  toDailyEntries,
  toProjectTotals,
  type ProjectIdOf,
} from './days/usage-entries.ts';
import { hashPathOrNull, hashPaths, hashPath } from './projects/hash-paths.ts';
import { unknownModel } from './fields.ts';
import { findLogs, type FoundLog, type FoundLogs } from './reading/find-logs.ts';
import { readableLogs } from './database/readable-logs.ts';
import { findRoots, type Roots } from './locations.ts';
import { withSessions } from './running-totals/session-growth.ts';
import { updateTotals } from './running-totals/update-totals.ts';
import { parseStoredState, toStoredState, type LogState } from './state.ts';
import { updateUsage, type UpdatedUsage } from './update-usage.ts';
import { dirname } from 'node:path';
import type { FoundProject } from '../../../discovery/discovery.ts';

interface FoundAgent {
  readonly roots: Roots;
  readonly found: FoundLogs;
}

/** Returns the source that reads the logs of an agent: its usage by project, at list prices. */
export const agentSource = (agent: Agent): Source => ({
  name: agent.name,
  isEnabled: (options) => agentOptions(options, agent.name).enabled,
  prepare: (context) => prepareAgent(agent, context),
  read: async (context) => (await prepareAgent(agent, context)).read(context),
});

async function prepareAgent(
  agent: Agent,
  { options, root, system, signal }: FindContext,
): Promise<PreparedSource> {
  const { directories } = agentOptions(options, agent.name);
  const roots = findRoots(agent, directories, { root, system });
  const found = await findLogs(agent, roots.roots, createYield(signal));
  return {
    inputs: [
      roots.roots.map((location) => location.root),
      roots.warnings,
      found.warnings,
      found.logs.map(({ path, statKey }) => [path, statKey]),
    ],
    read: (context) => readAgent(agent, { roots, found }, context),
  };
}

async function readAgent(
  agent: Agent,
  { roots: { roots, warnings: rootWarnings }, found: { logs, warnings: findWarnings } }: FoundAgent,
  context: SourceContext,
): Promise<SourceReport> {
  const { name } = agent;
  const { options, system, startedAt, previous, warn, signal } = context;
  const yieldToEventLoop = createYield(signal);
  const title = agentTitles[name];
  const isHashed = options.hashPaths || options.claudeCode?.hashPaths === true;
  for (const warning of rootWarnings) warn(warning);
  const { nodeVersion } = system.processInfo;
  const { readable: found, warning: unsupported } = readableLogs(agent, logs, nodeVersion);
  const reason = unsupported && `${title} ${unsupported.message}`;
  const state = parseStoredState(context.cache);
  const update = agent.runningTotals === true ? updateTotals : updateUsage;
  const updated: UpdatedUsage = await update({ agent, found, state, context, yieldToEventLoop });
  const warnings = [...findWarnings, ...updated.warnings];
  for (const warning of warnings) warn(warning);
  const isSkipped = reason !== null && found.length === 0;
  if (unsupported !== null && !isSkipped) warn(unsupported);

  const usage = isHashed ? hashPaths(updated.usage) : updated.usage;
  const today = createCalendar(options.timeZone)(startedAt.getTime());
  const { projects: foundProjects } = await context.discover();
  const previousProjects = previous?.projects.filter(({ source }) => source === name) ?? [];
  // Most agents have no logs, and a machine may have 10,000 projects.
  const idOf: ProjectIdOf =
    updated.usage.length === 0 ? () => null : createProjectIds(foundProjects, previousProjects);
  const idOfShown = isHashed ? idsByHash(updated.usage, idOf) : idOf;
  const isFlatRate = flatRateRule(options.flatRate, name);
  const entries = toDailyEntries(usage, { source: name, today, isFlatRate, idOf: idOfShown });
  const { growth } = updated;
  const daily =
    growth === undefined
      ? entries
      : withSessions(entries, growth, {
          timeZone: options.timeZone,
          projectOf: isHashed ? hashPathOrNull : (project) => project,
        });
  const unknown = {
    ...(growth === undefined ? {} : { responses: null }),
    ...(agent.lacksTokens === true ? { tokens: null } : {}),
  };
  const projects = toProjectTotals(updated.usage, { source: name, isFlatRate, idOf }).map(
    (project) => ({ ...project, ...unknown }),
  );
  const unpricedModels = unpricedModelsOf(daily);
  for (const model of unpricedModels) warn(unpricedWarning(model, title));
  const hasLogs = roots.length > 0;
  // A wrong clock may have written usage of later days, which are not covered by that.
  const past = daily.filter(({ date }) => date <= today);
  return {
    state: {
      status: hasLogs && !isSkipped ? 'success' : 'skipped',
      message: hasLogs ? reason : `there are no logs of ${title}`,
      coveredFrom: past[0]?.date ?? null,
      coveredTo: past.at(-1)?.date ?? null,
      unpricedModels,
      warnings: countSkipped(found, updated.logs, warnings),
    },
    usage:
      (hasLogs && !isSkipped) || daily.length > 0
        ? {
            totals: { ...sumUsage(updated.usage, isFlatRate), ...unknown },
            daily: agent.lacksTokens === true ? daily.map(withoutTokens) : daily,
            projects: isHashed ? projects.map(hashProject) : projects,
          }
        : null,
    isIncomplete: updated.warnings.length > 0,
    ...(isSkipped ? { skipped: { reason, subject: title } } : {}),
    ...(updated.state === undefined ? {} : { cache: toStoredState(updated.state) }),
  };
}

const withoutTokens = (entry: TokenEntry): TokenEntry => ({
  ...entry,
  tokens: null,
  ...(entry.sessions === undefined
    ? {}
    : { sessions: entry.sessions.map((session) => ({ ...session, tokens: null })) }),
});

const hashProject = (project: ProjectTotals): ProjectTotals => ({
  ...project,
  logDir: hashPathOrNull(project.logDir),
  projectPath: hashPathOrNull(project.projectPath),
});

/** Returns a function from the hashes of the projects in `usage` to their ids. */
function idsByHash(usage: readonly DayUsage[], idOf: ProjectIdOf): ProjectIdOf {
  const paths = new Set(usage.flatMap(({ project }) => project ?? []));
  const ids = new Map([...paths].map((path) => [hashPath(path), idOf(path)]));
  return (hash) => ids.get(hash) ?? null;
}

const unpricedModelsOf = (daily: readonly TokenEntry[]): string[] =>
  [
    ...new Set(daily.filter(({ costBasis }) => costBasis === 'unknown').map(({ model }) => model)),
  ].sort();

function unpricedWarning(model: string, title: string): Diagnostic {
  if (model === unknownModel) {
    const message = 'its logs do not name the model of some usage: the cost of that is unknown';
    const hint = `name one for "${unknownModel}" in tokens.modelAliases`;
    return diagnostic('no-model', { subject: title, message, hint });
  }
  const message = `has no known price: the cost of its usage by ${title} is unknown`;
  const hint = 'add it to tokens.prices, or name a known model for it in tokens.modelAliases';
  return diagnostic('no-price', { subject: model, message, hint });
}

/** Counts the skipped lines of the existing logs, and the unreadable files, by reason. */
function countSkipped(
  found: readonly FoundLog[],
  logs: ReadonlyMap<string, LogState>,
  warnings: readonly Diagnostic[],
): TokenSource['warnings'] {
  const counts = new Map<string, number>();
  for (const { path } of found) {
    for (const [reason, count] of Object.entries(logs.get(path)?.checkpoint.skipped ?? {})) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  if (warnings.length > 0) counts.set('unreadable', warnings.length);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Returns a function that maps a path to the id of the innermost registered project that contains it, else to
 * its previous id: a project that was moved or has vanished keeps its usage.
 */
function createProjectIds(
  found: readonly FoundProject[],
  previous: readonly ProjectTotals[],
): ProjectIdOf {
  const current = new Map(found.map(({ path, id }) => [comparablePath(path), id]));
  const ignoringCase = new Map(
    found.flatMap(({ path, id, ignoresCase }) =>
      ignoresCase ? [[comparablePath(path, true), id]] : [],
    ),
  );
  const composed = new Map(found.map(({ path, id }) => [composedPath(path), id]));
  const earlier = new Map(previous.map(({ projectPath, id }) => [projectPath, id]));
  return (path) => {
    for (let dir = path; ; dir = dirname(dir)) {
      const id =
        current.get(comparablePath(dir)) ??
        ignoringCase.get(comparablePath(dir, true)) ??
        composed.get(composedPath(dir));
      if (id !== undefined) return id;
      if (dirname(dir) === dir) return earlier.get(path) ?? earlier.get(hashPath(path)) ?? null;
    }
  };
}
