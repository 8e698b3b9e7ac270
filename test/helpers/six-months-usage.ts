import type { TokenEntry } from '../../src/schema/tokens.ts';
import { usageOf } from './snapshots.ts';

/** Names and relative prices. */
const models = [
  ['claude-opus-4-5', 3],
  ['claude-sonnet-4-5', 2],
  ['claude-haiku-4-5', 0.6],
  ['claude-3-5-sonnet', 0.4],
  ['gpt-5', 0.3],
  ['claude-3-haiku', 0.1],
] as const;

/** Returns the usage of up to 40 active projects on a day, from logs and as billed. Models come and go. */
export function usageOfDay(
  date: string,
  index: number,
  facts: readonly { readonly id: string; readonly share: number; readonly isActive: boolean }[],
  random: () => number,
): readonly TokenEntry[] {
  const weekday = new Date(date).getUTCDay();
  const weight = weekday === 0 || weekday === 6 ? 0.15 : 1;
  const busy = facts.filter(({ isActive, share }) => isActive && share > 0.05).slice(0, 40);
  const entries: TokenEntry[] = [];
  for (const [model, price] of models) {
    if (model === 'claude-opus-4-5' && index < 100) continue;
    if (model === 'claude-3-5-sonnet' && index > 70) continue;
    let billed = 0;
    for (const { id, share } of busy) {
      if (random() > 0.35 * weight + 0.05) continue;
      const cost = share * price * weight * (0.4 + random()) * 0.7;
      billed += cost;
      entries.push(entryOf(date, 'claude-code', model, { project: `/home/dev/code/${id}` }, cost));
    }
    const workspaces = { workspace: null };
    entries.push({
      ...entryOf(date, 'anthropic-admin', model, workspaces, billed * 1.1 + 0.2 * weight * price),
      costBasis: 'billed',
    });
  }
  return entries;
}

const entryOf = (
  date: string,
  source: string,
  model: string,
  target: Partial<Pick<TokenEntry, 'project' | 'workspace'>>,
  cost: number,
): TokenEntry => {
  const output = Math.round(cost * 30_000);
  const tokens = { input: output * 2, output, cacheWrite5m: output, cacheRead: output * 20 };
  return usageOf(date, {
    source,
    model,
    project: undefined,
    ...target,
    tokens: { ...tokens, cacheWrite1h: 0, webSearches: 0 },
    costUsd: cost.toFixed(6),
  });
};
