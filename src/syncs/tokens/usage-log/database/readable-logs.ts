import { basename, dirname } from 'node:path';
import { agentTitles } from '../../../../schema/agents.ts';
import { formatOf, type Agent } from '../agent.ts';
import type { FoundLog } from '../reading/find-logs.ts';
import { loadSqlite, sqliteNodeVersion } from './sqlite.ts';

export interface ReadableLogs {
  readonly readable: readonly FoundLog[];
  /** Why the other logs can't be read; null if all can. */
  readonly reason: string | null;
}

/** Returns the logs that this version of Node.js can read. `node:sqlite` is loaded only if there is a database. */
export function readableLogs(
  agent: Agent,
  found: readonly FoundLog[],
  nodeVersion: string,
): ReadableLogs {
  const isDatabase = ({ path }: FoundLog): boolean =>
    formatOf(agent, basename(path), dirname(path))?.type === 'database';
  const readable = found.filter((log) => !isDatabase(log));
  const count = found.length - readable.length;
  if (count === 0 || loadSqlite() !== null) return { readable: found, reason: null };
  const databases = count === 1 ? 'a database' : `${String(count)} databases`;
  return {
    readable,
    reason: `${agentTitles[agent.name]} keeps usage in ${databases}, which only Node.js ${sqliteNodeVersion} or later can read (this is ${nodeVersion})`,
  };
}
