import type { RunDay } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { RunOutcome } from '../../schema/status.ts';
import { dayHint, daysAcross, monthAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { integer, longDay, percent, plural } from '../format-values.ts';
import { html, nothing, type Html } from '../html-template.ts';
import { at } from './scale.ts';

const width = 960;
const height = 92;
const plot: Plot = { left: 4, right: 956, top: 18, bottom: 64 };
/** From which share of failed runs a day is bad, not only worth a look. */
const badShare = 0.5;
/** A single failure of a day has to be seen. */
const leastHeight = 5;

/** A bar a day: whole where every run went well, its upper part is the share that did not. */
export function runStrip(options: {
  readonly id: string;
  readonly dates: readonly Day[];
  readonly runs: readonly RunDay[];
  /** How the last run went, if it was on the last of the days: runs of today are not counted yet. */
  readonly today: RunOutcome | null;
}): Html {
  const { id, dates, runs, today } = options;
  const days = daysAcross(dates, plot);
  const byDate = new Map(runs.map((one) => [one.date, one]));
  const full = plot.bottom - plot.top;
  const bar = (index: number, share: number, hint: string): Html => {
    const x = at(days.x(index) + days.width * 0.1);
    const barWidth = at(days.width * 0.8);
    const failed = share === 0 ? 0 : Math.max(leastHeight, Math.round(full * share));
    const color = share >= badShare ? 'bad' : 'warn';
    const sign = share >= badShare ? '×' : share > 0.1 ? '!' : '';
    return html`<rect
        class="ok"
        x="${x}"
        y="${plot.top + failed}"
        width="${barWidth}"
        height="${full - failed}"
      />${
        failed === 0
          ? nothing
          : html`<rect
              class="${color}"
              x="${x}"
              y="${plot.top}"
              width="${barWidth}"
              height="${failed}"
            />`
      }${
        sign === ''
          ? nothing
          : html`<text
              class="${color}"
              x="${at(x + barWidth / 2)}"
              y="${plot.top - 4}"
              text-anchor="middle"
              >${sign}</text
            >`
      }${dayHint(days, plot, index, hint)}`;
  };
  const total = runs.reduce((sum, one) => sum + one.runs, 0);
  const success = runs.reduce((sum, one) => sum + one.success, 0);
  const bad = runs.filter((one) => one.error / one.runs >= badShare).length;
  return figure({
    id,
    title: 'Runs, day by day',
    description:
      total === 0
        ? 'No day with runs is over yet.'
        : `${percent((success / total) * 100, 2)} of ${plural(total, 'run')} succeeded; ${bad === 0 ? 'no day' : plural(bad, 'day')} on which half of them failed.`,
    width,
    height,
    legend: [
      { label: 'succeeded', color: 'ok' },
      { label: 'some failed', color: 'warn' },
      { label: 'half or more failed', color: 'bad' },
      { label: 'no run', color: 'none' },
    ],
    body: html`${monthAxis(days, plot)}${dates.map((date, index) => {
      const one = byDate.get(date);
      if (one !== undefined) return bar(index, one.error / one.runs, hintOf(one));
      if (today !== null && index === dates.length - 1) {
        const share = today === 'error' ? 1 : today === 'interrupted' ? 0.2 : 0;
        return bar(index, share, `${longDay(date)}: the last run ended with ${today}`);
      }
      return html`<rect
        class="none"
        x="${at(days.x(index) + days.width * 0.1)}"
        y="${plot.bottom - 3}"
        width="${at(days.width * 0.8)}"
        height="3"
      />`;
    })}`,
    table: {
      head: ['Day', 'Runs', 'Succeeded', 'Failed', 'Stopped', 'Median', '95th percentile'],
      rows: runs.map(({ date, runs: count, success: ok, error, interrupted, durationMs }) => [
        date,
        ...[count, ok, error, interrupted].map(integer),
        `${integer(durationMs.p50)} ms`,
        `${integer(durationMs.p95)} ms`,
      ]),
    },
  });
}

const hintOf = ({ date, runs, success, error, interrupted, durationMs }: RunDay): string =>
  `${longDay(date)}: ${plural(runs, 'run')}, ${integer(success)} succeeded` +
  `${error > 0 ? `, ${integer(error)} failed` : ''}${interrupted > 0 ? `, ${integer(interrupted)} stopped` : ''}` +
  `, usually ${integer(durationMs.p50)} ms`;
