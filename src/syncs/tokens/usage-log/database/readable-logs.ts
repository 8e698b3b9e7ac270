import { agentTitles } from '../../../../schema/agent-names.ts';
import { diagnostic, type Diagnostic } from '../../../../util/diagnostic.ts';
import type { Agent } from '../agent.ts';
import type { FoundLog } from '../reading/find-logs.ts';
import { loadSqlite, sqliteNodeVersion } from './sqlite.ts';

export interface ReadableLogs {
  readonly readable: readonly FoundLog[];
  /** About the other logs; null if all can be read. */
  readonly warning: Diagnostic | null;
}

/** Returns the logs that this version of Node.js can read. `node:sqlite` is loaded only if there is a database. */
export function readableLogs(
  { name }: Pick<Agent, 'name'>,
  found: readonly FoundLog[],
  nodeVersion: string,
): ReadableLogs {
  const readable = found.filter(({ isDatabase }) => !isDatabase);
  const count = found.length - readable.length;
  if (count === 0 || loadSqlite() !== null) return { readable: found, warning: null };
  const databases = count === 1 ? 'a database' : `${String(count)} databases`;
  const warning = diagnostic('database-unsupported', {
    subject: agentTitles[name],
    message: `keeps usage in ${databases}, which only Node.js ${sqliteNodeVersion} or later can read (this is ${nodeVersion})`,
    hint: `run sync-runner with Node.js ${sqliteNodeVersion} or later`,
  });
  return { readable, warning };
}
