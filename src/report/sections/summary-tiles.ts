import type { Analytics, UsageSource } from '../../schema/analytics.ts';
import { needsAttention } from '../../analytics/overview.ts';
import { currentTrend } from '../../analytics/current-trend.ts';
import { isFound } from '../../schema/project-states.ts';
import { daysBetween } from '../../util/dates.ts';
import { coverageChangeText, todosChangeText } from '../trend-text.ts';
import { dollars, integer, longMonth, percent, countOf } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { round1 } from '../charts/scale.ts';
import { costBasisText, sortSources, sourceTitle } from '../usage-sources.ts';

export function summaryTiles(analytics: Analytics): Html {
  // The tiles have room for one source.
  const [source = null] = sortSources(analytics.tokens);
  return html`<section class="tiles" aria-label="Summary">
    ${[
      ...(source === null ? [] : [costTile(source), monthTile(source, analytics)]),
      ...trendTiles(analytics),
      runTile(analytics),
      projectTile(analytics),
    ]}
  </section> `;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly notes: readonly string[];
  readonly meter?: Html;
}

const tile = ({ name, value, notes, meter = emptyHtml }: Tile): Html =>
  html`<div class="tile">
    <h3>${name}</h3>
    <p class="number">${value}</p>
    ${meter}${notes.map((note) => html`<p class="muted">${note}</p>`)}
  </div>`;

function costTile(source: UsageSource): Html {
  const window = source.windows[1];
  const rate = window?.averageDailyUsd ?? null;
  return tile({
    name: 'Cost in 30 days',
    value: dollars(window?.costUsd ?? null),
    notes: [
      ...(rate === null ? [] : [`${dollars(rate)} per day`]),
      ...(window?.listPriceUsd === undefined
        ? []
        : [`flat rate: list price ${dollars(window.listPriceUsd)}, not spent`]),
      `${sourceTitle(source)}: ${costBasisText(source)}`,
    ],
  });
}

function monthTile({ month }: UsageSource, { tokens }: Analytics): Html {
  const budget = tokens?.budget ?? null;
  const { costUsd, forecastUsd, budgetUsed, budgetForecast } = month;
  const forecast =
    forecastUsd === null
      ? 'no forecast yet'
      : `forecast ${dollars(forecastUsd)}${budgetForecast === null ? '' : ` (${percent(budgetForecast, 0)})`}`;
  const share =
    budget === null
      ? 'no budget set'
      : budgetUsed === null
        ? `budget ${dollars(budget.monthly)}`
        : `${percent(budgetUsed, 0)} of ${dollars(budget.monthly)}`;
  return tile({
    name: `${longMonth(tokens?.month ?? '')} so far`,
    value: dollars(costUsd),
    ...(budgetUsed === null ? {} : { meter: meter(budgetUsed, budgetForecast) }),
    notes: [share, forecast],
  });
}

/** Draws the used part of the budget and a mark at the forecast. */
function meter(used: number, forecast: number | null): Html {
  const level = Math.max(used, forecast ?? 0) > 100 ? (used > 100 ? 'bad' : 'warn') : 's1';
  const end = forecast === null ? null : round1(Math.min(99, forecast) * 2);
  return html`<svg class="meter" viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="none" width="200" height="8" rx="4" />
    <rect class="${level}" width="${round1(Math.min(100, used) * 2)}" height="8" rx="4" />
    ${end === null ? emptyHtml : html`<rect class="mark" x="${end}" width="2" height="8" />`}
  </svg>`;
}

function trendTiles(analytics: Analytics): readonly Html[] {
  const now = currentTrend(analytics);
  if (now === null) return [];
  return [
    tile({
      name: 'Coverage',
      value: percent(now.coverage),
      notes: [
        coverageChangeText(analytics.trendChange),
        now.withCoverage === 0
          ? 'no project has a report'
          : `mean of ${integer(now.withCoverage)} of ${countOf(now.projects, 'project')}`,
      ],
    }),
    tile({
      name: 'TODOs',
      value: integer(now.todos),
      notes: [
        todosChangeText(analytics.trendChange),
        `high debt in ${countOf(now.techDebt.high, 'project')}`,
      ],
    }),
  ];
}

function runTile({ runs, day }: Analytics): Html {
  const recent = runs.filter(({ date }) => daysBetween(date, day) <= 30);
  const total = recent.reduce((sum, one) => sum + one.runs, 0);
  const success = recent.reduce((sum, one) => sum + one.success, 0);
  return tile({
    name: 'Successful runs',
    value: total === 0 ? '–' : percent((success / total) * 100, 1),
    notes:
      total === 0
        ? ['no complete day yet']
        : [`${integer(success)} of ${integer(total)}`, 'in 30 days, excluding today'],
  });
}

function projectTile({ projects }: Analytics): Html {
  const existing = (projects ?? []).filter(isFound);
  const notObserved = (projects ?? []).filter(({ state }) => state === 'not-observed').length;
  const count = (is: (one: (typeof existing)[number]) => boolean): number =>
    existing.filter(is).length;
  return tile({
    name: 'Projects',
    value: projects === null ? '–' : integer(existing.length),
    notes:
      projects === null
        ? []
        : [
            `${integer(count(needsAttention))} need attention`,
            `${integer(count(({ activity }) => activity.dirty === true))} with uncommitted changes`,
            ...(notObserved > 0 ? [`${integer(notObserved)} not observed, not counted`] : []),
          ],
  });
}
