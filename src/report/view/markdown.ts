import { diagnosticLine } from '../../output/diagnostic-text.ts';
import { dollarsOf, integer, longDay, percent } from '../format-values.ts';
import type { PageData, PageProject } from '../page-data.ts';
import { changesOf, daysOf, ledgerCost, needsYou } from './model.ts';
import { ranges, type PageState } from './page-state.ts';
import { verdictOf } from './sections/now-section.ts';
import { selectRows } from './select.ts';

const shownRows = 20;

/** Returns the page as Markdown: verdict, what needs attention, and the selected projects. */
export function toMarkdown(data: PageData, state: PageState): string {
  const { sentences, run, today, ledgers } = data;
  const { title, text } = verdictOf(run);
  const days = daysOf(data, state.range);
  const span = ranges[state.range];
  const needing = (data.projects ?? []).filter(needsYou);
  const { groups, count } = selectRows(data, { ...state, group: 'none' });
  const rows = groups.flatMap((group) => group.rows).slice(0, shownRows);
  return [
    `# Projects on ${longDay(today)}`,
    '',
    ...sentences.map(escapeMarkdown),
    '',
    `**${escapeMarkdown(title)}.** ${escapeMarkdown(text)}`,
    ...run.diagnostics.map((one) => `- ${one.severity}: ${escapeMarkdown(diagnosticLine(one))}`),
    '',
    ...ledgers.map((ledger) => {
      const cost = ledgerCost(ledger, days);
      return `- ${escapeMarkdown(ledger.title)}, ${span}: ${cost === null ? 'unknown' : dollarsOf(cost)}`;
    }),
    '',
    `## Needs you (${String(needing.length)})`,
    '',
    ...needing.flatMap(taskLines),
    '',
    `## Projects (${String(rows.length)} of ${String(count)})`,
    '',
    `| project | cost, ${span} | commits | changes | coverage | TODOs |`,
    '|---|--:|--:|--:|--:|--:|',
    ...rows.map(
      ({ project, cost, commits }) =>
        `| ${[
          escapeMarkdown(project.name),
          dollarsOf(cost),
          integer(commits),
          integer(changesOf(project)),
          percent(project.coverage ?? null),
          integer(project.todos ?? null),
        ].join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

const taskLines = ({ name, attention = [] }: PageProject): readonly string[] =>
  attention.map(({ message, hint }) => {
    const fix = hint === null ? '' : `: ${codeSpan(hint)}`;
    return `- **${escapeMarkdown(name)}**: ${escapeMarkdown(message)}${fix}`;
  });

/** Escapes what Markdown would interpret. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~&!]/g, (character) => `\\${character}`);

/** Returns text as code, with a fence that is longer than any run of backticks in it. */
function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text.replace(/\s+/g, ' ')}${space}${fence}`;
}
