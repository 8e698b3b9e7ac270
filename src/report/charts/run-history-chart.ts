import type { RunDay } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { RunOutcome } from '../../schema/status.ts';
import { dayTooltip, layOutDays, monthAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { integer, longDay, percent, countOf } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { round1 } from './scale.ts';

const width = 960;
const height = 92;
const plot: Plot = { left: 4, right: 956, top: 18, bottom: 64 };
/** A day with at least this share of failed runs is drawn as failed. */
const minBadShare = 0.5;
/** Keeps a single failure visible. */
const minHeight = 5;

/** Draws a bar per day, whose upper part is the share of failed runs. */
export function runHistoryChart(options: {
  readonly id: string;
  readonly dates: readonly Day[];
  readonly runs: readonly RunDay[];
  /** Outcome of the last run if it was today: the runs of today are not counted yet. */
  readonly today: RunOutcome | null;
}): Html {
  const { id, dates, runs, today } = options;
  const days = layOutDays(dates, plot);
  const byDate = new Map(runs.map((one) => [one.date, one]));
  const full = plot.bottom - plot.top;
  const bar = (index: number, share: number, tooltip: string): Html => {
    const x = round1(days.x(index) + days.width * 0.1);
    const barWidth = round1(days.width * 0.8);
    const failed = share === 0 ? 0 : Math.max(minHeight, Math.round(full * share));
    const color = share >= minBadShare ? 'bad' : 'warn';
    const sign = share >= minBadShare ? '×' : share > 0.1 ? '!' : '';
    return html`<rect
        class="ok"
        x="${x}"
        y="${plot.top + failed}"
        width="${barWidth}"
        height="${full - failed}"
      />${
        failed === 0
          ? emptyHtml
          : html`<rect
              class="${color}"
              x="${x}"
              y="${plot.top}"
              width="${barWidth}"
              height="${failed}"
            />`
      }${
        sign === ''
          ? emptyHtml
          : html`<text
              class="${color}"
              x="${round1(x + barWidth / 2)}"
              y="${plot.top - 4}"
              text-anchor="middle"
              >${sign}</text
            >`
      }${dayTooltip(days, plot, index, tooltip)}`;
  };
  const total = runs.reduce((sum, one) => sum + one.runs, 0);
  const success = runs.reduce((sum, one) => sum + one.success, 0);
  const bad = runs.filter((one) => one.error / one.runs >= minBadShare).length;
  return figure({
    id,
    title: 'Runs per day',
    description:
      total === 0
        ? 'No complete day with runs yet.'
        : `${percent((success / total) * 100, 2)} of ${countOf(total, 'run')} succeeded; on ${bad === 0 ? 'no day' : countOf(bad, 'day')} half or more failed.`,
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
      if (one !== undefined) return bar(index, one.error / one.runs, tooltipOf(one));
      if (today !== null && index === dates.length - 1) {
        const share = today === 'error' ? 1 : today === 'interrupted' ? 0.2 : 0;
        return bar(index, share, `${longDay(date)}: outcome of the last run: ${today}`);
      }
      return html`<rect
        class="none"
        x="${round1(days.x(index) + days.width * 0.1)}"
        y="${plot.bottom - 3}"
        width="${round1(days.width * 0.8)}"
        height="3"
      />`;
    })}`,
    table: {
      header: ['Day', 'Runs', 'Succeeded', 'Failed', 'Interrupted', 'Median', '95th percentile'],
      rows: runs.map(({ date, runs: count, success: ok, error, interrupted, durationMs }) => [
        date,
        ...[count, ok, error, interrupted].map(integer),
        `${integer(durationMs.p50)} ms`,
        `${integer(durationMs.p95)} ms`,
      ]),
    },
  });
}

const tooltipOf = ({ date, runs, success, error, interrupted, durationMs }: RunDay): string =>
  `${longDay(date)}: ${countOf(runs, 'run')}, ${integer(success)} succeeded` +
  `${error > 0 ? `, ${integer(error)} failed` : ''}${interrupted > 0 ? `, ${integer(interrupted)} interrupted` : ''}` +
  `, median ${integer(durationMs.p50)} ms`;
