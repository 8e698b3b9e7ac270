import type { RootCandidate, SkippedDir } from '../../discovery/find-roots.ts';
import type { FoundAgent, FoundScheduler, Machine } from '../../setup/detect-machine.ts';
import { shellQuote } from '../../util/shell.ts';
import { plural, sanitizeLine, sanitizePath } from '../../util/text.ts';
import { formatCount } from '../format-numbers.ts';
import { wrapText } from '../wrap-text.ts';

export interface InitResult extends Machine {
  readonly config: string;
  /** With the paths as they are in the configuration. */
  readonly roots: readonly RootCandidate[];
  readonly skipped: readonly SkippedDir[];
}

const labelWidth = 10;

/** Returns what `init` wrote and found, in lines of at most `columns` except for paths, and the next commands. */
export async function initText(
  result: InitResult,
  { workspace, columns }: { readonly workspace: string | undefined; readonly columns: number },
): Promise<string> {
  const found: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ['Roots', result.roots.map(rootText)],
    ['Skipped', result.skipped.map(skippedText)],
    ['Agents', [agentsText(result.agents)]],
    ['Unknown', unknownText(result.agentsWithoutLogs)],
    ['Git', [result.git === null ? gitText : sanitizePath(result.git)]],
    ['Schedule', [scheduleText(result.scheduler)]],
  ];
  const lines = await Promise.all(
    found.map(async ([label, texts]) => {
      const wrapped = await Promise.all(
        texts.map((text) => wrapText(text, Math.max(20, columns - labelWidth))),
      );
      const [first, ...others] = wrapped.join('\n').split('\n');
      if (!first) return [];
      return [label.padEnd(labelWidth) + first, ...others.map((line) => indent + line)];
    }),
  );
  const option = workspace === undefined ? '' : ` -w ${shellQuote(workspace)}`;
  const next = ['run', 'report --open', 'install-schedule'].map(
    (command) => `  sync-runner ${command}${option}`,
  );
  const head = `Wrote ${sanitizePath(result.config)}`;
  return [head, '', ...lines.flat(), '', 'Next:', ...next, ''].join('\n');
}

const indent = ' '.repeat(labelWidth);

function rootText({ path, repositories, isPartial }: RootCandidate): string {
  const count =
    repositories === 0 ? 'no repository' : plural(repositories, 'repository', 'repositories');
  return `${sanitizePath(path)}: ${count}${isPartial ? ' or more, not searched completely' : ''}`;
}

const skippedText = ({ path, reason }: SkippedDir): string =>
  reason === 'link'
    ? `${sanitizePath(path)} is a link; if it contains projects, add it to projects.roots`
    : `${sanitizePath(path)} can't be read completely`;

function agentsText(agents: readonly FoundAgent[]): string {
  if (agents.length === 0) {
    return 'no logs found; if an agent keeps them elsewhere, set tokens.agents.<name>.directories';
  }
  const texts = agents.map(({ title, logs }) => {
    const count = logs === 1 ? '1 log' : `${formatCount(logs)} logs`;
    return `${title} (${logs === 0 ? "can't be read, see sync-runner doctor" : count})`;
  });
  return texts.join(', ');
}

const unknownText = (titles: readonly string[]): readonly string[] =>
  titles.length === 0
    ? []
    : [`usage of ${titles.join(', ')}: no token counts on disk, see sync-runner doctor`];

const gitText = 'not found, and every run needs it: install git 2.32 or newer';

function scheduleText({ title, reason, cronIsRunning, target }: FoundScheduler): string {
  if (title === null)
    return `${sanitizeLine(reason)}; sync-runner install-schedule says what to do`;
  const daemon = target === 'crontab' ? cronText(cronIsRunning) : '';
  return `${title} (${sanitizeLine(reason)})${daemon}`;
}

function cronText(isRunning: boolean | null): string {
  if (isRunning === null) return '';
  return isRunning ? '; a cron daemon is running' : '; no cron daemon is running';
}
