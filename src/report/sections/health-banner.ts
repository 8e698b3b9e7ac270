import { diagnosticLine } from '../../output/diagnostic-text.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { countOf, longDay, severityClass } from '../format-values.ts';
import type { ReportModel, LastRun } from '../report-model.ts';

/** Further problems are only counted. */
const shownDiagnostics = 12;

export function healthBanner({ lastRun }: ReportModel): Html {
  const { level, sign, title, text } = bannerText(lastRun);
  const { diagnostics } = lastRun;
  const hidden = diagnostics.length - shownDiagnostics;
  return html`<section
    class="health ${level}"
    aria-labelledby="health"
    data-run="${lastRun.at ?? ''}"
    data-stale="${lastRun.staleAt ?? ''}"
  >
    <span class="sign" id="sign" aria-hidden="true">${sign}</span>
    <div>
      <h2 id="health">${title}</h2>
      <p>${text} <span id="ago"></span></p>
      ${
        diagnostics.length === 0
          ? emptyHtml
          : html`<ul>
              ${diagnostics.slice(0, shownDiagnostics).map(
                (problem) =>
                  html`<li>
                    <b class="${severityClass(problem)}">${problem.severity}</b>
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

function bannerText({ health, diagnostics, at, outcome }: LastRun): BannerText {
  const time = at === null ? '' : `, ${at.slice(11, 16)}`;
  const last = `Last run on ${longDay(at)}${time} UTC.`;
  const ended = outcome === 'success' ? 'All syncs succeeded.' : 'The run was interrupted.';
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
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
        title: `No problems as of ${longDay(at)}${time} UTC`,
        text: `All syncs succeeded. ${last}`,
      };
    case 'warning': {
      const title = countOf(warnings, 'warning');
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
