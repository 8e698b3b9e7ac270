import * as z from 'zod/mini';
import { agentsOptions, formerClaudeCodeOptions } from './agents.ts';
import { budgetsOptions, formerBudgetOptions } from './budgets.ts';
import { documented, section } from './documented.ts';
import { day } from './timestamp.ts';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const pricePerMillion = () => z.number().check(z.nonnegative(), z.maximum(1_000_000));

const customPrice = z.strictObject({
  model: documented(
    'Model as named in the logs; with the suffix `-fast` for fast mode.',
    z.string().check(z.minLength(1)),
    'kimi-k2',
  ),
  since: documented(
    'First UTC day of the price, which otherwise applies to every day. The latest applicable price counts.',
    z.optional(day),
    '2026-11-01',
  ),
  input: documented('Price of uncached input.', pricePerMillion(), 0.6),
  output: documented('Price of output.', pricePerMillion(), 2.5),
  cacheWrite5m: documented(
    'Price of writing to the 5-minute cache.',
    z.optional(pricePerMillion()),
    0.75,
  ),
  cacheWrite1h: documented(
    'Price of writing to the 1-hour cache.',
    z.optional(pricePerMillion()),
    1.2,
  ),
  cacheRead: documented('Price of reading from the cache.', z.optional(pricePerMillion()), 0.15),
});

const enabled = (source: string) =>
  documented(`Whether ${source} read.`, z._default(z.boolean(), true));

/** `tokens` in the configuration. */
export const tokensOptions = documented(
  'Sources and prices of token usage.',
  z.strictObject({
    anthropic: section('The Admin API of Anthropic.', {
      enabled: enabled('the bill of the Anthropic organisation is'),
    }),
    openai: section('The Admin API of OpenAI.', {
      enabled: enabled('the bill of the OpenAI organisation is'),
    }),
    openrouter: section('The activity of an OpenRouter account.', {
      enabled: enabled('the bill of the OpenRouter account is'),
    }),
    cursor: section('The Admin API of Cursor.', {
      enabled: enabled('the bill of the Cursor team is'),
    }),
    litellm: section('The daily activity of a LiteLLM proxy.', {
      enabled: enabled('the spend of the LiteLLM proxy is'),
    }),
    agents: agentsOptions,
    claudeCode: formerClaudeCodeOptions,
    hashPaths: documented(
      'Whether directories are stored as hashes, so that the files in `data/` can be published.',
      z._default(z.boolean(), false),
    ),
    timeZone: documented(
      'IANA time zone of the days of the logs. Days of a bill are in UTC.',
      z._default(
        z.string().check(z.refine(isTimeZone, 'is not an IANA time zone, such as "Europe/Berlin"')),
        'UTC',
      ),
    ),
    budgets: budgetsOptions,
    budget: formerBudgetOptions,
    prices: documented(
      'Prices of models that are not in the price table, in US dollars per million tokens.',
      z._default(z.array(customPrice), []),
    ),
    modelAliases: documented(
      'Models of the price table for names that are not in it: `"name": "model"`, or `"vendor/model"`.',
      z._default(z.record(z.string().check(z.minLength(1)), z.string().check(z.minLength(1))), {}),
    ),
    flatRate: documented(
      'Models and agents that a subscription covers. Their costs are list prices, which were not spent.',
      z._default(z.array(z.string().check(z.minLength(1))), []),
    ),
  }),
);

export type TokensOptions = z.infer<typeof tokensOptions>;
export type CustomPrice = z.infer<typeof customPrice>;
