import type { AgentName } from '../../../../src/schema/agent-names.ts';
import type { AgentTraps } from './agent-traps.ts';
import { databaseTraps } from './databases.ts';
import {
  ampTraps,
  clineCliTraps,
  clineTraps,
  droidTraps,
  kiloCodeTraps,
  rooCodeTraps,
} from './documents.ts';
import {
  claudeCodeTraps,
  codexTraps,
  geminiCliTraps,
  kimiCliTraps,
  kimiCodeTraps,
  ohMyPiTraps,
  openclawTraps,
  piTraps,
  qwenCodeTraps,
} from './line-logs.ts';

/** The traps of every agent; the compiler reports an agent without any. */
export const traps: Readonly<Record<AgentName, AgentTraps>> = {
  'claude-code': claudeCodeTraps,
  codex: codexTraps,
  'gemini-cli': geminiCliTraps,
  'qwen-code': qwenCodeTraps,
  pi: piTraps,
  'oh-my-pi': ohMyPiTraps,
  openclaw: openclawTraps,
  'kimi-cli': kimiCliTraps,
  'kimi-code': kimiCodeTraps,
  cline: clineTraps,
  'roo-code': rooCodeTraps,
  'kilo-code': kiloCodeTraps,
  'cline-cli': clineCliTraps,
  amp: ampTraps,
  droid: droidTraps,
  ...databaseTraps,
};
