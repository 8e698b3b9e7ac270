import { loadOverview } from '../analytics/load-overview.ts';
import { findWorkspace } from '../config/workspace.ts';
import { jsonLine } from '../output/json.ts';
import {
  statuslineDocument,
  statuslineText,
  type Statusline,
} from '../output/commands/statusline-text.ts';
import type { System } from '../system/system.ts';
import { exitCodes, nullIfUnreadable } from '../util/errors.ts';
import type { GlobalFlags } from './command.ts';
import { loadRunFacts } from '../health/load-run-facts.ts';

/** Claude Code writes its session as JSON to stdin. */
const stdinLimits = { maxBytes: 64 * 1024, timeoutMs: 20 };

/**
 * `sync-runner statusline`: one line for the status line of Claude Code or a shell prompt, from the cache of the last
 * run. Data that can't be read are unknown, never an error, because the line is printed at every prompt.
 */
export async function statusline(flags: GlobalFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const [input, overview, run] = await Promise.all([
    system.readStdin(stdinLimits),
    nullIfUnreadable(loadOverview(workspace)),
    nullIfUnreadable(loadRunFacts(workspace)),
  ]);
  const line: Statusline = {
    overview,
    session: sessionCostOf(input),
    lastRun: run?.status?.run ?? null,
    config: run?.config ?? null,
    now: system.now(),
  };
  const { stdout } = system;
  stdout.write(flags.json === true ? jsonLine(statuslineDocument(line)) : statuslineText(line));
  return exitCodes.done;
}

/** Returns `cost.total_cost_usd` in US dollars, or null for any other input. */
function sessionCostOf(input: string): number | null {
  let session: unknown;
  try {
    session = JSON.parse(input);
  } catch {
    return null;
  }
  const { cost } = Object(session) as { readonly cost?: unknown };
  const { total_cost_usd: total } = Object(cost) as { readonly total_cost_usd?: unknown };
  return typeof total === 'number' && total >= 0 && total < 1e9 ? total : null;
}
