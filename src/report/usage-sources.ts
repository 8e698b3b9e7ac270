import { agentTitles, type AgentName } from '../schema/agents.ts';
import type { Analytics, UsageSource } from '../schema/analytics.ts';
import type { SecretSource } from '../schema/secrets.ts';

const titles: Readonly<Record<SecretSource, string>> = {
  'anthropic-admin': 'Anthropic organisation',
  openai: 'OpenAI organisation',
};

export const sourceTitle = ({ name }: Pick<UsageSource, 'name'>): string =>
  Object.hasOwn(titles, name)
    ? titles[name as SecretSource]
    : Object.hasOwn(agentTitles, name)
      ? `${agentTitles[name as AgentName]} on this machine`
      : name;

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
