/**
 * The coding agents whose logs are read: the name of the source in `tokens.json`, and the name for people. In a file of
 * its own, so that code that only needs the names does not load the schema.
 */
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

/** Returns the name of an agent for people; the name of any other source as it is. */
export const sourceName = (source: string): string =>
  isAgent(source) ? agentTitles[source] : source;

export const agentNames = Object.keys(agentTitles) as readonly AgentName[];
