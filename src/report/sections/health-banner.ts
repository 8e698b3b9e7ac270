import { diagnosticLine } from '../../output/diagnostic-text.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { longDay, countOf } from '../format-values.ts';
import type { ReportModel, LastRun } from '../report-model.ts';

/** Further problems are only counted. */
const shownDiagnostics = 12;

export function healthBanner({ lastRun }: ReportModel): Html {
  const { level, sign, title, text } = bannerText(lastRun);
  const { diagnostics } = lastRun;
  const hidden = diagnostics.length - shownDiagnostics;
  return html`<section class="health ${level}" aria-labelledby="health">
    <span class="sign" aria-hidden="true">${sign}</span>
    <div>
      <h2 id="health">${title}</h2>
      <p>${text}</p>
      ${
        diagnostics.length === 0
          ? emptyHtml
          : html`<ul>
              ${diagnostics.slice(0, shownDiagnostics).map(
                (problem) =>
                  html`<li>
                    <b class="${problem.severity === 'error' ? 'bad' : 'warn'}"
                      >${problem.severity}</b
                    >
                    ${diagnosticLine(problem)}${
                      problem.hint === null
                        ? emptyHtml
                        : html`<br /><span class="muted">fix:</span> <code>${problem.hint}</code>`
                    }
                  </li>`,
              )}${hidden > 0 ? html`<li class="muted">and ${hidden} more: <code>sync-runner status --verbose</code></li>` : emptyHtml}
            </ul>`
      }
    </div>
  </section> `;
}

interface BannerText {
  readonly level: 'ok' | 'warn' | 'bad' | 'none';
  readonly sign: string;
  readonly title: string;
  readonly text: string;
}

function bannerText({ health, diagnostics, day, outcome }: LastRun): BannerText {
  const last = `Last run on ${longDay(day)} (UTC).`;
  const ended = outcome === 'success' ? 'All syncs succeeded.' : 'The run was interrupted.';
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  switch (health) {
    case null: {
      const text = 'Start with: sync-runner run';
      return { level: 'none', sign: '○', title: 'No run yet', text };
    }
    case 'ok':
      return {
        level: 'ok',
        sign: '✓',
        title: 'No problems',
        text: `All syncs succeeded. ${last}`,
      };
    case 'warning': {
      const title = countOf(diagnostics.length, 'warning');
      return { level: 'warn', sign: '!', title, text: `${ended} ${last}` };
    }
    case 'error': {
      const title = countOf(errors, 'error');
      return {
        level: 'bad',
        sign: '×',
        title,
        text: `The page shows the last valid data. ${last}`,
      };
    }
  }
}
