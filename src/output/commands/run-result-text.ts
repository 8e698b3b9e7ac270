import type { Overview } from '../../analytics/overview.ts';
import type { RunChange } from '../../run/run-changes.ts';
import type { RunResult } from '../../run/run-result.ts';
import { plural, sanitizeLine, sanitizePath } from '../../util/text.ts';
import { formatMicros } from '../format-numbers.ts';
import type { RenderOptions } from './status-text.ts';
import { mainUsage, spentText, usageTitle } from './usage-headline.ts';
import { wrapText } from '../wrap-text.ts';

/** How many projects that need attention are named. */
const shownProjects = 2;

/** Returns the result of a run: projects, changes, cost, what needs attention, and the next command. */
export async function runResultText(
  { overview, changes, next }: RunResult,
  { columns }: Pick<RenderOptions, 'columns'>,
): Promise<string> {
  const lines = [
    ...(overview === null ? [] : [...projectLines(overview), changesLine(changes)]),
    ...(overview === null ? [] : costLines(overview)),
    ...(overview === null ? [] : attentionLines(overview)),
  ];
  const wrapped = await Promise.all(lines.map((line) => wrapText(line, columns)));
  // Commands are not wrapped, so that they can be copied.
  const fixes = overview === null ? [] : fixLines(overview);
  return [...wrapped, ...fixes, `Next: ${next}`, ''].join('\n');
}

function projectLines({ projects }: Overview): readonly string[] {
  if (projects === null) return [];
  const { total, notObserved, unreadHistories } = projects;
  if (total === 0) return ['Projects: none found below projects.roots'];
  const parts = [
    String(total),
    ...(notObserved === 0 ? [] : [`${String(notObserved)} not observed`]),
    ...(unreadHistories === 0 ? [] : [`the history of ${String(unreadHistories)} not yet read`]),
  ];
  return [`Projects: ${parts.join(', ')}`];
}

const changesLine = (changes: readonly RunChange[]): string =>
  `Changed: ${changes.map(changeText).join(', ') || 'nothing'}`;

function changeText({ type, amount }: RunChange): string {
  switch (type) {
    case 'new-projects':
      return plural(amount, 'new project');
    case 'vanished-projects':
      return `${plural(amount, 'project')} vanished`;
    case 'projects-with-new-commits':
      return `new commits in ${plural(amount, 'project')}`;
    case 'todos':
      return plural(Math.abs(amount), amount > 0 ? 'more TODO' : 'fewer TODO');
    case 'cost-of-agents':
      return `cost ${amount > 0 ? '+' : ''}${formatMicros(amount)}`;
  }
}

function costLines(overview: Overview): readonly string[] {
  const lines = mainUsage(overview);
  if (lines.length === 0) return ['Cost: unknown, no usage was found'];
  return lines.map((line) => `${usageTitle(line)}: ${spentText(line)}`);
}

function attentionLines({ projects }: Overview): readonly string[] {
  const attention = projects?.attention ?? [];
  if (attention.length === 0) return ['Needs you: nothing'];
  const named = attention.slice(0, shownProjects).map(({ name, attention: [worst] }) => {
    return `${sanitizeLine(name)}: ${sanitizeLine(worst?.message ?? '')}`;
  });
  const hidden = attention.length - named.length;
  const more = hidden === 0 ? [] : [`${String(hidden)} more`];
  return [`Needs you: ${[...named, ...more].join('; ')}`];
}

const fixLines = ({ projects }: Overview): readonly string[] =>
  (projects?.attention ?? []).slice(0, shownProjects).flatMap(({ attention: [worst] }) => {
    const hint = worst?.hint ?? null;
    return hint === null ? [] : [`  fix: ${sanitizePath(hint, 1000)}`];
  });
