import { agentTitles, isAgent } from '../schema/agent-names.ts';
import type { Ledger } from '../analytics/usage/ledgers.ts';
import type { UsageSource } from '../schema/usage-analytics.ts';
import type { SecretSource } from '../schema/secrets.ts';

const titles: Readonly<Record<SecretSource, string>> = {
  'anthropic-admin': 'Anthropic organisation',
  openai: 'OpenAI organisation',
  openrouter: 'OpenRouter account',
  cursor: 'Cursor team',
  litellm: 'LiteLLM proxy',
};

/** Returns the title of the local logs or of a bill. */
export function ledgerTitle({ name, sources: [first = ''], sources }: Ledger): string {
  if (name !== 'agents') return Object.hasOwn(titles, name) ? titles[name as SecretSource] : name;
  return sources.length === 1 && isAgent(first)
    ? `${agentTitles[first]} on this machine`
    : 'Coding agents on this machine';
}

export function costBasisText(costBasis: UsageSource['costBasis']): string {
  switch (costBasis) {
    case 'billed':
      return 'billed';
    case 'calculated':
      return 'estimate at list prices';
    case 'unknown':
      return 'prices unknown';
  }
}
