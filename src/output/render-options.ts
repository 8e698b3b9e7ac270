import type { System } from '../system/system.ts';
import type { RenderOptions } from './commands/status-text.ts';
import { createStyle } from './style.ts';

/** Returns the layout for stdout: the width of the terminal, or no truncation without one. */
export const renderOptions = ({ stdout }: System, { all }: { all: boolean }): RenderOptions => ({
  all,
  columns: stdout.isTerminal ? stdout.columns : null,
  style: createStyle(stdout.color),
});
