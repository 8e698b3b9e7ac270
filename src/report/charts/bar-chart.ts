import { figure } from './figure.ts';
import { dollars, percent } from '../format-values.ts';
import { html, type Html } from '../html-template.ts';
import { round1 } from './scale.ts';

/** A bar; the cost is null if unknown. */
export interface Bar {
  readonly label: string;
  readonly costUsd: string | null;
  /** Third column of the data table. */
  readonly note: string;
}

const width = 360;
const rowHeight = 26;
const shownBars = 8;
const nameEnd = 138;
const barEnd = 296;

/** Draws costs as horizontal bars in the given order. */
export function barChart(options: {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly unit: string;
  readonly noteHeader: string;
  readonly bars: readonly Bar[];
}): Html {
  const { id, title, subject, unit, noteHeader, bars } = options;
  const known = bars.filter(({ costUsd }) => costUsd !== null);
  const total = known.reduce((sum, { costUsd }) => sum + Number(costUsd), 0);
  const most = Math.max(...known.map(({ costUsd }) => Number(costUsd)), 0.01);
  const [first] = known;
  const share = total > 0 ? (Number(first?.costUsd ?? 0) / total) * 100 : 0;
  const shown = bars.slice(0, shownBars);
  const hidden = bars.length - shown.length;
  return figure({
    id,
    title,
    subject,
    description:
      first === undefined
        ? 'No cost is known.'
        : `${first.label} accounts for ${percent(share, 0)} of ${dollars(total)}${hidden > 0 ? `; ${String(shown.length)} of ${String(bars.length)} ${unit} are shown` : ''}.`,
    width,
    height: shown.length * rowHeight + 4,
    body: html`${shown.map(({ label, costUsd }, index) => {
      const y = index * rowHeight + 4;
      const length = round1((Number(costUsd ?? 0) / most) * (barEnd - nameEnd - 8));
      return html`<g
        ><title>${label}: ${dollars(costUsd)}</title
        ><text class="name" x="${nameEnd}" y="${y + 14}" text-anchor="end">${shorten(label)}</text
        ><rect
          class="s1"
          x="${nameEnd + 8}"
          y="${y + 2}"
          width="${Math.max(length, 1)}"
          height="16"
          rx="2"
        /><text class="value" x="${round1(nameEnd + 14 + length)}" y="${y + 14}"
          >${dollars(costUsd)}</text
        ></g
      >`;
    })}`,
    table: {
      header: ['Name', 'Cost', noteHeader],
      rows: bars.slice(0, 50).map(({ label, costUsd, note }) => [label, dollars(costUsd), note]),
    },
  });
}

/** Shortens a name in the middle: models and paths differ at both ends. */
function shorten(label: string): string {
  const characters = Array.from(label);
  if (characters.length <= 20) return label;
  return `${characters.slice(0, 10).join('')}…${characters.slice(-9).join('')}`;
}
