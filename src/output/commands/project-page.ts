import type { ProjectRow } from '../../analytics/overview.ts';
import type { Project } from '../../schema/projects.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import { bySeverity, healthOf, type Diagnostic } from '../../util/diagnostic.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import { diagnosticText } from '../diagnostic-text.ts';
import { formatRelative } from '../format-time.ts';
import { historyText, type HistoryRow } from './history-text.ts';
import { formatUsd } from '../format-numbers.ts';
import type { RenderOptions } from './status-text.ts';
import { hangingLines } from '../wrap-text.ts';

/** Input of the page of one project. */
export interface ProjectPage {
  readonly row: ProjectRow;
  readonly project: Project;
  readonly quality: ProjectQuality | null;
  /** Warnings of the last run about the project. */
  readonly warnings: readonly Diagnostic[];
  /** Errors of the syncs, the schedule and the lock because of which the data may be stale. */
  readonly errors: readonly Diagnostic[];
  readonly history: readonly HistoryRow[];
  readonly log: string;
  readonly now: Date;
}

/** Returns the page: health, problems with hints, facts, history and the path of the log. */
export async function projectPageText(page: ProjectPage, form: RenderOptions): Promise<string> {
  const { row, history, log, now } = page;
  const diagnostics = projectDiagnostics(page);
  const word = healthOf(diagnostics);
  const styleName = word === 'ok' ? 'good' : word === 'warning' ? 'warning' : 'bad';
  const verdict = form.style(styleName, word) + ' '.repeat(Math.max(1, 11 - word.length));
  const title = `${verdict}${sanitizeLine(row.name)}   ${sanitizeLine(row.path)}`;
  const problems = diagnostics.flatMap((one) => diagnosticText(one, form.style).split('\n'));
  const known = [
    ...facts(page).map(([name, text]) => `${name.padEnd(10)} ${sanitizeLine(text)}`),
    `log        ${sanitizeLine(log)}`,
  ];
  const lines = [
    ...(await hangingLines([title], 11, form.columns)),
    ...(await hangingLines(problems, 2, form.columns)),
    ...(await hangingLines(known, 11, form.columns)),
  ];
  const past = history.length === 0 ? '' : await historyText(history, { now, names: null }, form);
  return `${lines.join('\n')}\n${past}`;
}

/** Returns the problems of a project, errors first. */
export function projectDiagnostics({ row, warnings, errors }: ProjectPage): readonly Diagnostic[] {
  return [...row.attention, ...errors, ...warnings].toSorted(bySeverity);
}

function facts({
  row,
  project,
  quality,
  now,
}: ProjectPage): readonly (readonly [string, string])[] {
  const { git, description, license } = project;
  const commit = git?.lastCommit ?? null;
  const known: readonly (readonly [string, string | null])[] = [
    ['state', stateText(row, now)],
    ['about', description],
    ['stack', row.stack.join(', ') || null],
    ['license', license],
    ['branch', row.branch === null ? null : branchText(row, git?.upstream ?? null)],
    ['changes', row.changes === null ? null : String(row.changes)],
    ['commit', commit === null ? null : commitText(commit, now)],
    ['coverage', quality === null ? null : coverageText(quality)],
    ['lighthouse', quality === null ? null : lighthouseText(quality)],
    ['todo', row.todos === null ? null : String(row.todos)],
    ['debt', quality === null ? null : debtText(quality)],
    ['hotspots', quality === null ? null : hotspotsText(quality)],
    ['cost', costText(row)],
    ['client', row.client],
    ['tags', row.tags.join(', ') || null],
    ['deadline', row.deadline],
    ['notes', row.notes],
  ];
  return known.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
}

/** Returns the state and, if the last run could not read the project, since when and as of when the facts are. */
function stateText({ state, notObservedSince, lastSeen }: ProjectRow, now: Date): string {
  const ago = (at: string): string => formatRelative(new Date(at), now);
  return [
    notObservedSince === null ? state : `${state} since ${ago(notObservedSince)}`,
    ...(lastSeen === null ? [] : [`last read ${ago(lastSeen)}`]),
  ].join(', ');
}

function branchText({ branch, ahead, behind }: ProjectRow, upstream: string | null): string {
  if (upstream === null) return branch ?? '';
  return `${branch ?? ''}, ${String(ahead ?? '?')} ahead and ${String(behind ?? '?')} behind ${upstream}`;
}

function commitText(
  { hash, date, subject, author }: NonNullable<NonNullable<Project['git']>['lastCommit']>,
  now: Date,
): string {
  const when = date === null ? '' : `${formatRelative(new Date(date), now)}, `;
  return `${when}${hash.slice(0, 8)} ${subject} (${author})`;
}

/** Returns `$5.20 in 30 days`, followed by the cost of each agent if there are several. */
function costText({ cost30Usd, costs30 }: ProjectRow): string | null {
  if (cost30Usd === null) return null;
  const used = costs30.filter(({ costUsd }) => Number(costUsd) > 0);
  const parts = used.map(({ source, costUsd }) => `${source} ${formatUsd(costUsd)}`);
  return `${formatUsd(cost30Usd)} in 30 days${parts.length > 1 ? ` (${parts.join(', ')})` : ''}`;
}

function coverageText({ coverage: { percent, freshness, reason } }: ProjectQuality): string {
  if (percent === null) return `- (${reason ?? 'unknown'})`;
  return `${String(percent)} %${freshness === 'stale' ? ', older than the code' : ''}`;
}

function lighthouseText({ lighthouse: { score, freshness, reason } }: ProjectQuality): string {
  if (score === null) return `- (${reason ?? 'unknown'})`;
  return `${String(score)}${freshness === 'stale' ? ', older than the code' : ''}`;
}

/** Returns the three files to work on first. */
function hotspotsText({ hotspots: { files, reason } }: ProjectQuality): string | null {
  if (files === null) return `- (${reason ?? 'unknown'})`;
  if (files.length === 0) return null;
  return files
    .slice(0, 3)
    .map(({ path, commits, uncovered, todos }) => {
      const parts = [
        plural(commits, 'commit'),
        ...(uncovered === null ? [] : [`${String(uncovered)} uncovered`]),
        ...(todos === 0 ? [] : [plural(todos, 'TODO')]),
      ];
      return `${path} (${parts.join(', ')})`;
    })
    .join('; ');
}

function debtText({ techDebt, reasons }: ProjectQuality): string {
  return techDebt === null ? '- (neither coverage nor Lighthouse is known)' : reasons.join('; ');
}
