import type { AgentName } from '../../../src/schema/agent-names.ts';
import type { AgentSample } from './agent-sample.ts';
import { ampSample } from './amp.ts';
import { claudeCodeSample } from './claude-code.ts';
import { clineCliSample } from './cline-cli.ts';
import { clineSample } from './cline.ts';
import { codexSample } from './codex.ts';
import { copilotCliSample } from './copilot-cli.ts';
import { crushSample } from './crush.ts';
import { droidSample } from './droid.ts';
import { geminiCliSample } from './gemini-cli.ts';
import { gooseSample } from './goose.ts';
import { kiloCliSample, openCodeSample } from './opencode.ts';
import { kiloCodeSample } from './kilo-code.ts';
import { kimiCliSample } from './kimi-cli.ts';
import { kimiCodeSample } from './kimi-code.ts';
import { qwenCodeSample } from './qwen-code.ts';
import { ohMyPiSample, openclawSample, piSample } from './pi.ts';
import { rooCodeSample } from './roo-code.ts';
import { zedSample } from './zed.ts';

/** The sample of every agent; the compiler reports an agent without one. */
export const samples: Readonly<Record<AgentName, AgentSample>> = {
  'claude-code': claudeCodeSample,
  codex: codexSample,
  'gemini-cli': geminiCliSample,
  'qwen-code': qwenCodeSample,
  pi: piSample,
  'oh-my-pi': ohMyPiSample,
  openclaw: openclawSample,
  'kimi-cli': kimiCliSample,
  'kimi-code': kimiCodeSample,
  cline: clineSample,
  'roo-code': rooCodeSample,
  'kilo-code': kiloCodeSample,
  'cline-cli': clineCliSample,
  amp: ampSample,
  opencode: openCodeSample,
  'kilo-cli': kiloCliSample,
  'copilot-cli': copilotCliSample,
  goose: gooseSample,
  droid: droidSample,
  zed: zedSample,
  crush: crushSample,
};
