import type { Diagnostic } from '../../util/diagnostic.ts';
import { sanitizeLine, sanitizePath } from '../../util/text.ts';
import type { Comparison } from '../../schedule/install/compare-installed.ts';
import type { InstallPlan, UninstallPlan } from '../../schedule/install/plan-install.ts';
import type { Job } from '../../schedule/scheduler.ts';
import { unifiedDiff } from '../diff.ts';
import { formatRelative } from '../format-time.ts';
import { stepsText } from './steps-text.ts';

/** Returns what an install did, or (`dryRun`) would do. */
export function installText(
  { scheduler, reason, steps }: InstallPlan,
  { when, git }: Job,
  {
    dryRun,
    nextRunAt,
    now,
    undo,
  }: { dryRun: boolean; nextRunAt: string | null; now: Date; undo: string },
): string {
  const schedule = `${scheduler.title}, ${when} (${sanitizeLine(reason)})`;
  const gitText = git === null ? '' : `git: ${sanitizePath(git)}\n`;
  const details = `${nextText(nextRunAt, now)}${gitText}Undo: ${undo}\n`;
  if (steps.length === 0) return `Unchanged: ${schedule}\n${details}`;
  if (dryRun)
    return `Would install: ${schedule}\n${stepsText(steps)}Dry run: nothing was changed\n`;
  return `Installed: ${schedule}\n${details}`;
}

const nextText = (at: string | null, now: Date): string =>
  at === null ? '' : `Next run ${formatRelative(new Date(at), now)}\n`;

/** Returns what an uninstall did, or (`dryRun`) would do. */
export function uninstallText({ parts }: UninstallPlan, { dryRun }: { dryRun: boolean }): string {
  if (parts.length === 0) return 'No schedule is installed\n';
  const titles = parts.map(({ scheduler }) => scheduler.title).join(', ');
  if (!dryRun) return `Removed: ${titles}\n`;
  const steps = parts.map((part) => stepsText(part.steps)).join('');
  return `Would remove: ${titles}\n${steps}Dry run: nothing was changed\n`;
}

/** Returns a diff from the installed schedule to the expected one; empty if they are equal. */
export function differencesText(comparisons: readonly Comparison[]): string {
  return comparisons
    .filter(({ installed, expected }) => installed !== expected)
    .map(({ subject, installed, expected }) =>
      unifiedDiff(
        { name: installed === null ? '/dev/null' : subject, text: installed ?? '' },
        { name: subject, text: expected },
      ),
    )
    .join('');
}

export const scheduleDiagnosticsText = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics
    .map(({ severity, message, hint }) => {
      const text = hint === null ? message : `${message}: ${hint}`;
      return `  ${severity === 'info' ? 'note' : severity}: ${sanitizeLine(text)}\n`;
    })
    .join('');
