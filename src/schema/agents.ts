import * as z from 'zod/mini';
import { agentNames, agentTitles, type AgentName } from './agent-names.ts';
import { documented, section } from './documented.ts';

const options = (title: string) =>
  section(`The logs of ${title}.`, {
    enabled: documented('Whether the logs of the agent are read.', z._default(z.boolean(), true)),
    directories: documented(
      'Directories of the logs, if they are not in their default locations.',
      z._default(z.array(z.string().check(z.minLength(1))), []),
    ),
  });

/** `tokens.agents` in the configuration. */
export const agentsOptions = section(
  'The logs of coding agents on this machine, by the name of the agent in `tokens.json`.',
  Object.fromEntries(agentNames.map((name) => [name, options(agentTitles[name])])) as Readonly<
    Record<AgentName, ReturnType<typeof options>>
  >,
);

/** `tokens.claudeCode` in the configuration: configurations that were written before other agents were read. */
export const formerClaudeCodeOptions = documented(
  'Former name of `tokens.agents.claude-code`, over which it takes precedence.',
  z.optional(
    z.strictObject({
      enabled: documented('See `tokens.agents.<name>.enabled`.', z.optional(z.boolean()), true),
      directories: documented(
        'See `tokens.agents.<name>.directories`.',
        z.optional(z.array(z.string().check(z.minLength(1)))),
        [],
      ),
      hashPaths: documented('See `tokens.hashPaths`.', z.optional(z.boolean()), false),
    }),
  ),
);

interface Options {
  readonly agents: z.infer<typeof agentsOptions>;
  readonly claudeCode?: z.infer<typeof formerClaudeCodeOptions>;
}

/** Returns the options of an agent, whichever name they are configured under. */
export function agentOptions(
  { agents, claudeCode }: Options,
  name: AgentName,
): { readonly enabled: boolean; readonly directories: readonly string[] } {
  const { enabled, directories } = agents[name];
  if (name !== 'claude-code') return { enabled, directories };
  return {
    enabled: claudeCode?.enabled ?? enabled,
    directories: claudeCode?.directories ?? directories,
  };
}
