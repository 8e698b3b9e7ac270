import { figure } from './figure.ts';
import { dollars, percent } from '../format-values.ts';
import { html, type Html } from '../html-template.ts';
import { at } from './scale.ts';

/** A name and what it cost; null when that is not known. */
export interface Bar {
  readonly label: string;
  readonly costUsd: string | null;
  /** What else the table tells of it. */
  readonly note: string;
}

const width = 360;
const rowHeight = 26;
const shownBars = 8;
const nameEnd = 138;
const barEnd = 296;

/** What things cost, the dearest first, from 0. */
export function barChart(options: {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly what: string;
  readonly noteHead: string;
  readonly bars: readonly Bar[];
}): Html {
  const { id, title, subject, what, noteHead, bars } = options;
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
        ? `Nothing with a known price.`
        : `${first.label} took ${percent(share, 0)} of ${dollars(total)}${hidden > 0 ? `; ${String(shown.length)} of ${String(bars.length)} ${what} are drawn` : ''}.`,
    width,
    height: shown.length * rowHeight + 4,
    body: html`${shown.map(({ label, costUsd }, index) => {
      const y = index * rowHeight + 4;
      const length = at((Number(costUsd ?? 0) / most) * (barEnd - nameEnd - 8));
      return html`<g
        ><title>${label}: ${dollars(costUsd)}</title
        ><text class="name" x="${nameEnd}" y="${y + 14}" text-anchor="end">${cut(label)}</text
        ><rect
          class="s1"
          x="${nameEnd + 8}"
          y="${y + 2}"
          width="${Math.max(length, 1)}"
          height="16"
          rx="2"
        /><text class="value" x="${at(nameEnd + 14 + length)}" y="${y + 14}"
          >${dollars(costUsd)}</text
        ></g
      >`;
    })}`,
    table: {
      head: ['Name', 'Cost', noteHead],
      rows: bars.slice(0, 50).map(({ label, costUsd, note }) => [label, dollars(costUsd), note]),
    },
  });
}

/** A name cut in its middle: models and paths differ at both ends. */
function cut(label: string): string {
  const characters = Array.from(label);
  if (characters.length <= 20) return label;
  return `${characters.slice(0, 10).join('')}…${characters.slice(-9).join('')}`;
}
