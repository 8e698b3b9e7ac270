import type { Analytics, UsageSource } from '../schema/analytics.ts';
import type { SecretSource } from '../schema/secrets.ts';
import type { AgentName } from '../syncs/tokens/agents/registry.ts';

const titles: Readonly<Record<SecretSource | AgentName, string>> = {
  'anthropic-admin': 'Anthropic organisation',
  openai: 'OpenAI organisation',
  'claude-code': 'Claude Code on this machine',
};

export const sourceTitle = ({ name }: Pick<UsageSource, 'name'>): string =>
  Object.hasOwn(titles, name) ? titles[name as keyof typeof titles] : name;

export function costBasisText({ costBasis }: Pick<UsageSource, 'costBasis'>): string {
  switch (costBasis) {
    case 'billed':
      return 'billed';
    case 'calculated':
      return 'estimate at list prices';
    case 'unknown':
      return 'prices unknown';
  }
}

/** Returns billed sources first, then the most expensive first. */
export function sortSources(tokens: Analytics['tokens']): readonly UsageSource[] {
  const cost = ({ windows }: UsageSource): number => Number(windows[2]?.costUsd ?? -1);
  const isBilled = ({ costBasis }: UsageSource): number => Number(costBasis === 'billed');
  return (tokens?.sources ?? []).toSorted(
    (one, other) => isBilled(other) - isBilled(one) || cost(other) - cost(one),
  );
}
