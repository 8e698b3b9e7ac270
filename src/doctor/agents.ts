import { readSnapshot } from '../analytics/read-stored-data.ts';
import { agentOptions } from '../schema/agents.ts';
import type { Config } from '../schema/config.ts';
import type { TokenSource } from '../schema/tokens.ts';
import { agents } from '../syncs/tokens/agents/registry.ts';
import { agentsWithoutLogs } from '../syncs/tokens/agents/without-logs.ts';
import type { Agent } from '../syncs/tokens/usage-log/agent.ts';
import { readableLogs } from '../syncs/tokens/usage-log/database/readable-logs.ts';
import { findRoots, isDir } from '../syncs/tokens/usage-log/locations.ts';
import { findLogs } from '../syncs/tokens/usage-log/reading/find-logs.ts';
import { createYield } from '../util/async.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import { plural } from '../util/text.ts';
import { passed, type Check, type DoctorContext } from './check.ts';

/** Where the logs of each coding agent were searched, and what was found and counted. */
export const codingAgents: Check = {
  id: 'agents',
  run: async (context) => {
    const { config, system } = context;
    if (config?.syncs.includes('tokens') !== true) return [];
    const sources = await readSources(context);
    const findings: Diagnostic[] = [];
    for (const agent of agents) {
      findings.push(...(await checkAgent(agent, { config, sources, context })));
    }
    for (const { title, dirs, reason, hint } of agentsWithoutLogs) {
      const dir = dirs(system).find(isDir);
      if (dir === undefined) continue;
      const message = `found at ${dir}; ${reason}, so its usage is unknown`;
      findings.push(diagnostic('agent-without-logs', { subject: title, message, hint }));
    }
    return findings;
  },
};

/** Returns the sources of the last run; null without a valid snapshot, which another check reports. */
async function readSources({
  workspace,
}: DoctorContext): Promise<Readonly<Record<string, TokenSource>> | null> {
  const tokens = await nullIfUnreadable(readSnapshot(workspace, 'tokens'));
  return tokens?.sources ?? null;
}

interface AgentContext {
  readonly config: Config;
  readonly sources: Readonly<Record<string, TokenSource>> | null;
  readonly context: DoctorContext;
}

async function checkAgent(
  agent: Agent,
  { config, sources, context: { workspace, system } }: AgentContext,
): Promise<readonly Diagnostic[]> {
  const { name } = agent;
  const { enabled, directories } = agentOptions(config.tokens, name);
  if (!enabled) return [passed(`${name}: disabled (tokens.agents.${name}.enabled)`)];
  const base = { root: workspace.root, system };
  const { locations, roots, warnings: rootWarnings } = findRoots(agent, directories, base);
  const warnings = [...rootWarnings];
  if (roots.length === 0) {
    const searched = unique(locations.map(({ root }) => root));
    const message = `no logs on this machine (searched ${listDirs(searched)})`;
    return [...warnings, diagnostic('no-agent-logs', { subject: name, message })];
  }
  const found = await findLogs(agent, roots, createYield(new AbortController().signal));
  const { nodeVersion } = system.processInfo;
  const { readable, warning: unsupported } = readableLogs(agent, found.logs, nodeVersion);
  if (unsupported !== null) warnings.push(unsupported);
  if (unsupported !== null && readable.length === 0) return [...warnings, ...found.warnings];
  const dirs = unique(roots.map(({ root }) => root)).join(', ');
  const files = plural(found.logs.length, 'log');
  const counted = found.logs.length === 0 ? '' : `; ${describeUsage(sources?.[name])}`;
  return [...warnings, ...found.warnings, passed(`${name}: ${files} in ${dirs}${counted}`)];
}

/** Returns the days of a source, or the reason why it has none. */
function describeUsage(source: TokenSource | undefined): string {
  if (source === undefined) return 'not read by a run yet';
  const { coveredFrom, coveredTo, message, warnings } = source;
  if (coveredFrom !== null && coveredTo !== null)
    return `usage from ${coveredFrom} to ${coveredTo}`;
  const skipped = Object.entries(warnings).map(([reason, count]) => `${String(count)} ${reason}`);
  const reason =
    message ?? (skipped.length > 0 ? `skipped: ${skipped.join(', ')}` : 'no entry with usage');
  return `nothing counted (${reason})`;
}

const maxListed = 4;

/** Editors have so many directories that a list of them is of no use. */
function listDirs(dirs: readonly string[]): string {
  const [first = '', ...others] = dirs;
  return dirs.length <= maxListed
    ? dirs.join(', ')
    : `${first} and ${String(others.length)} other directories`;
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
