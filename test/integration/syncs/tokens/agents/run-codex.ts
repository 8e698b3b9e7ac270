import type { RolloutBuilder } from '../../../../helpers/agents/codex-rollout.ts';
import { agentHome, countsOf, runAgent, type AgentRun } from './run-agent.ts';

/** Returns all tokens that are counted. */
export function tokensOf(run: AgentRun): number {
  const { input, output, cacheRead, cacheWrite } = countsOf(run);
  return input + output + cacheRead + cacheWrite;
}

/** Writes rollouts one after the other and returns the runs: with the cache after each, and without at the end. */
export async function readStepByStep(
  home: string,
  rollouts: readonly RolloutBuilder[],
): Promise<readonly [AgentRun, AgentRun]> {
  let run: AgentRun | undefined;
  for (const rollout of rollouts) {
    await rollout.write(home);
    run = await runAgent('codex', home, run === undefined ? {} : { after: run });
  }
  if (run === undefined) throw new Error('there are no rollouts');
  return [run, await runAgent('codex', home)];
}

/** Returns the tokens of rollouts, which must not depend on the order of reading. */
export async function tokensIn(...rollouts: readonly RolloutBuilder[]): Promise<number> {
  const results = new Set<number>();
  for (const order of [rollouts, rollouts.toReversed()]) {
    await using home = await agentHome();
    for (const run of await readStepByStep(home.path, order)) results.add(tokensOf(run));
  }
  const [tokens = NaN, ...others] = results;
  if (others.length > 0) throw new Error(`the order matters: ${[...results].join(', ')}`);
  return tokens;
}
