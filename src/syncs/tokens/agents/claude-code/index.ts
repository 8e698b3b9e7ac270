import type { Agent } from '../../usage-log/agent.ts';
import { locations } from './locations.ts';
import { createParser } from './parse-line.ts';
import { logDirOf } from './start-dir.ts';

/**
 * Claude Code. A lower bound, because the logs of sub-agents do not always get the final output count of a
 * response.
 */
export const claudeCode = {
  name: 'claude-code',
  title: 'Claude Code',
  optionsKey: 'claudeCode',
  locations,
  isLog: (fileName) => fileName.endsWith('.jsonl'),
  logDirOf,
  // Also matches keys of other objects, but nothing inside a string, where quotes are escaped.
  format: { type: 'lines', marker: '"usage"', createParser },
} as const satisfies Agent;
