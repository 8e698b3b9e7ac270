import * as z from 'zod/mini';
import { documented, section } from './documented.ts';

/** The coding agents whose logs are read: the name of the source in `tokens.json`, and the name for people. */
export const agentTitles = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  'qwen-code': 'Qwen Code',
  pi: 'Pi',
  'oh-my-pi': 'Oh My Pi',
  openclaw: 'OpenClaw',
  'kimi-cli': 'Kimi CLI',
  'kimi-code': 'Kimi Code',
  cline: 'Cline',
  'roo-code': 'Roo Code',
  'kilo-code': 'Kilo Code',
  'cline-cli': 'Cline CLI',
  amp: 'Amp',
  opencode: 'OpenCode',
  'kilo-cli': 'Kilo CLI',
  'copilot-cli': 'Copilot CLI',
  goose: 'Goose',
  droid: 'Droid',
  zed: 'Zed',
  crush: 'Crush',
} as const;
export type AgentName = keyof typeof agentTitles;

/** Whether a source of `tokens.json` is a coding agent; the others are bills. */
export const isAgent = (source: string): source is AgentName => Object.hasOwn(agentTitles, source);

export const agentNames = Object.keys(agentTitles) as readonly AgentName[];

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
