import type { System } from '../system.ts';
import type { PageForm } from '../views/status.ts';
import { painter } from '../views/style.ts';

/** How a page is laid out for stdout: as wide as its terminal, and whole where there is none. */
export const pageForm = ({ stdout }: System, { all }: { all: boolean }): PageForm => ({
  all,
  columns: stdout.isTerminal ? stdout.columns : null,
  paint: painter(stdout.color),
});
