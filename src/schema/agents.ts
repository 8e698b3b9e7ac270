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
