import { agentTitles, isAgent } from '../schema/agent-names.ts';
import type { Analytics, UsageSource } from '../schema/analytics.ts';
import type { SecretSource } from '../schema/secrets.ts';

const titles: Readonly<Record<SecretSource | 'agents', string>> = {
  'anthropic-admin': 'Anthropic organisation',
  openai: 'OpenAI organisation',
  openrouter: 'OpenRouter account',
  cursor: 'Cursor team',
  litellm: 'LiteLLM proxy',
  agents: 'Coding agents on this machine',
};

export const sourceTitle = ({ name }: Pick<UsageSource, 'name'>): string =>
  isAgent(name)
    ? `${agentTitles[name]} on this machine`
    : Object.hasOwn(titles, name)
      ? titles[name as keyof typeof titles]
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

/**
 * Returns the sources to show: the bills, then the coding agents, as their sum if there are several. The most
 * expensive are first.
 */
export function sortSources(tokens: Analytics['tokens']): readonly UsageSource[] {
  const sources = tokens?.sources ?? [];
  const agents = sources.filter(({ name }) => isAgent(name));
  const sum = tokens?.agents ?? null;
  const shown =
    sum !== null && agents.length > 1
      ? [...sources.filter(({ name }) => !isAgent(name)), sum]
      : sources;
  const cost = ({ windows }: UsageSource): number => Number(windows[2]?.costUsd ?? -1);
  const isBilled = ({ costBasis }: UsageSource): number => Number(costBasis === 'billed');
  return shown.toSorted((one, other) => isBilled(other) - isBilled(one) || cost(other) - cost(one));
}
