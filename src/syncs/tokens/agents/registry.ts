import type { Agent } from '../usage-log/agent.ts';
import { amp } from './amp/index.ts';
import { claudeCode } from './claude-code/index.ts';
import { cline } from './cline/index.ts';
import { clineCli } from './cline-cli/index.ts';
import { codex } from './codex/index.ts';
import { copilotCli } from './copilot-cli/index.ts';
import { crush } from './crush/index.ts';
import { droid } from './droid/index.ts';
import { geminiCli } from './gemini-cli/index.ts';
import { kiloCli, openCode } from './opencode/index.ts';
import { kiloCode } from './kilo-code/index.ts';
import { kimiCli } from './kimi-cli/index.ts';
import { kimiCode } from './kimi-code/index.ts';
import { goose } from './goose/index.ts';
import { ohMyPi } from './oh-my-pi/index.ts';
import { openclaw } from './openclaw/index.ts';
import { pi } from './pi/index.ts';
import { qwenCode } from './qwen-code/index.ts';
import { rooCode } from './roo-code/index.ts';
import { zed } from './zed/index.ts';

/** The agents whose logs are read. To add an agent, add a directory, a line here and its title in `schema/agents.ts`. */
export const agents: readonly Agent[] = [
  claudeCode,
  codex,
  geminiCli,
  qwenCode,
  pi,
  ohMyPi,
  openclaw,
  kimiCli,
  kimiCode,
  cline,
  rooCode,
  kiloCode,
  clineCli,
  amp,
  openCode,
  kiloCli,
  copilotCli,
  goose,
  droid,
  zed,
  crush,
];
