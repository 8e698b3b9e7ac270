import { html, nothing, type Html } from '../html-template.ts';
import { longDay, plural } from '../format-values.ts';
import type { ReportModel, Verdict } from '../report-model.ts';

/** More problems than these are counted. */
const shownProblems = 12;

/** The one sentence that answers "is all well?", then what is not. */
export function verdictBanner({ verdict }: ReportModel): Html {
  const { level, sign, title, text } = wordsFor(verdict);
  const { problems } = verdict;
  const hidden = problems.length - shownProblems;
  return html`<section class="verdict ${level}" aria-labelledby="verdict">
    <span class="sign" aria-hidden="true">${sign}</span>
    <div>
      <h2 id="verdict">${title}</h2>
      <p>${text}</p>
      ${
        problems.length === 0
          ? nothing
          : html`<ul>
              ${problems.slice(0, shownProblems).map(
                (problem) =>
                  html`<li>
                    <b class="${problem.level === 'error' ? 'bad' : 'warn'}">${problem.level}</b>
                    ${problem.message}${
                      problem.hint === null
                        ? nothing
                        : html`<br /><span class="muted">fix:</span> <code>${problem.hint}</code>`
                    }
                  </li>`,
              )}${hidden > 0 ? html`<li class="muted">and ${hidden} more: <code>sync-runner status --verbose</code></li>` : nothing}
            </ul>`
      }
    </div>
  </section> `;
}

interface Words {
  readonly level: 'ok' | 'warn' | 'bad' | 'none';
  readonly sign: string;
  readonly title: string;
  readonly text: string;
}

function wordsFor({ health, problems, day, outcome }: Verdict): Words {
  const last = `Last run on ${longDay(day)} (UTC).`;
  const done = outcome === 'success' ? 'The syncs succeeded.' : 'It was stopped before its end.';
  const errors = problems.filter(({ level }) => level === 'error').length;
  switch (health) {
    case null: {
      const text = 'Start with: sync-runner run';
      return { level: 'none', sign: '○', title: 'Nothing has run yet', text };
    }
    case 'ok':
      return {
        level: 'ok',
        sign: '✓',
        title: 'All is well',
        text: `Every sync succeeded. ${last}`,
      };
    case 'warning': {
      const title = plural(problems.length, 'thing') + ' to look at';
      return { level: 'warn', sign: '!', title, text: `${done} ${last}` };
    }
    case 'error': {
      const title = `${plural(errors, 'thing')} went wrong`;
      return { level: 'bad', sign: '×', title, text: `The last good data are shown. ${last}` };
    }
  }
}
