import type { System } from '../system/system.ts';
import type { RenderOptions } from './status-text.ts';
import { painter } from './style.ts';

/** How a page is laid out for stdout: as wide as its terminal, and whole where there is none. */
export const renderOptions = ({ stdout }: System, { all }: { all: boolean }): RenderOptions => ({
  all,
  columns: stdout.isTerminal ? stdout.columns : null,
  paint: painter(stdout.color),
});
