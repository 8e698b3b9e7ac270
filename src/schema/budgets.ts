import * as z from 'zod/mini';
import { agentNames } from './agent-names.ts';
import { documented, section } from './documented.ts';

const dollars = () => z.number().check(z.positive());
const name = () => z.string().check(z.minLength(1));

/** `tokens.budgets` in the configuration. */
export const budgetsOptions = section('Budgets per month, in US dollars.', {
  overall: documented(
    'Budget for everything. The local logs and each bill are compared with it, not their sum.',
    z.optional(dollars()),
    200,
  ),
  clients: documented(
    'Budgets for the local logs of all projects with a `client`.',
    z._default(z.record(name(), dollars()), {}),
  ),
  projects: documented(
    'Budgets for the local logs of a project, by its `id`.',
    z._default(z.record(name(), dollars()), {}),
  ),
  agents: documented(
    'Budgets for the local logs of a coding agent, by its name in `tokens.json`.',
    z._default(z.partialRecord(z.enum(agentNames), dollars()), {}),
  ),
});

/** `tokens.budget` in the configuration: the only budget of configurations that were written before `budgets`. */
export const formerBudgetOptions = documented(
  'Former form of `tokens.budgets.overall`, which takes precedence.',
  z.optional(
    z.strictObject({
      monthly: documented(
        'Former name of `tokens.budgets.overall`, which takes precedence.',
        dollars(),
        200,
      ),
      currency: documented(
        'Currency of the budget. All costs are in US dollars.',
        z._default(z.enum(['USD']), 'USD'),
      ),
    }),
  ),
);

/** What a budget limits. */
export const budgetScopes = ['overall', 'client', 'project', 'agent'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

export interface Budget {
  readonly scope: BudgetScope;
  /** The client, the id of the project or the agent; null for `overall`. */
  readonly name: string | null;
  readonly monthlyUsd: number;
}

/** The keys of `tokens` that contain budgets. */
export interface BudgetOptions {
  readonly budgets: z.infer<typeof budgetsOptions>;
  readonly budget?: z.infer<typeof formerBudgetOptions>;
}

export const overallBudget = (budgets: readonly Budget[]): number | null =>
  budgets.find(({ scope }) => scope === 'overall')?.monthlyUsd ?? null;

/** Returns the configured budgets, `overall` first. */
export function budgetsOf({ budgets, budget }: Partial<BudgetOptions>): readonly Budget[] {
  const overall = budgets?.overall ?? budget?.monthly;
  const named = (scope: BudgetScope, limits: Readonly<Record<string, number>>): readonly Budget[] =>
    Object.entries(limits).map(([name, monthlyUsd]) => ({ scope, name, monthlyUsd }));
  return [
    ...(overall === undefined
      ? []
      : [{ scope: 'overall' as const, name: null, monthlyUsd: overall }]),
    ...named('client', budgets?.clients ?? {}),
    ...named('project', budgets?.projects ?? {}),
    ...named('agent', budgets?.agents ?? {}),
  ];
}
