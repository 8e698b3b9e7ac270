import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deriveAnalytics } from '../../../src/analytics/derive-analytics.ts';
import type { Analytics } from '../../../src/schema/analytics.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import { chartDates } from '../../../src/report/charts/chart-dates.ts';
import { change, compact, dollars, integer, percent } from '../../../src/report/format-values.ts';
import { html, rawHtml } from '../../../src/report/html-template.ts';
import type { LastRun } from '../../../src/report/report-model.ts';
import { reportPage } from '../../../src/report/report-page.ts';
import { diagnostic, failureDiagnostic } from '../../../src/util/diagnostic.ts';
import {
  yieldToEventLoop,
  projectOf,
  projectsSnapshot,
  qualityOf,
  qualitySnapshot,
  tokensSnapshot,
  usageOf,
} from '../../helpers/snapshots.ts';

const successfulRun: LastRun = {
  health: 'ok',
  diagnostics: [],
  at: '2026-11-23T12:00:00.000Z',
  staleAt: '2026-11-23T12:45:00.000Z',
  day: '2026-11-23',
  outcome: 'success',
};

const analyticsOf = (
  daily: readonly TokenEntry[],
  budget?: { monthly: number; currency: 'USD' },
): Promise<Analytics> =>
  deriveAnalytics({
    tokens: tokensSnapshot(daily),
    quality: qualitySnapshot(qualityOf('alpha', { percent: 80, todos: 3 })),
    projects: projectsSnapshot(projectOf('alpha'), projectOf('beta')),
    history: { quality: new Map(), projects: new Map() },
    runs: [],
    options: { timeZone: 'UTC', budget },
    now: new Date('2026-11-23T12:00:00.000Z'),
    tokensReadAt: null,
    yieldToEventLoop,
  });

const page = async (
  daily: readonly TokenEntry[] = [usageOf('2026-11-20')],
  {
    lastRun = successfulRun,
    budget,
  }: { lastRun?: LastRun; budget?: { monthly: number; currency: 'USD' } } = {},
): Promise<string> => reportPage({ analytics: await analyticsOf(daily, budget), lastRun });

describe('report page', () => {
  test('shows the cumulative cost of a day without known usage as unknown', async () => {
    const rows = [
      ...(await page()).matchAll(/<th scope="row">(2026-11-\d\d)<\/th>\s*<td>([^<]*)/g),
    ];
    const months = rows.map(([, day, cost]) => `${String(day)} ${String(cost)}`);
    expect(months).toContain('2026-11-19 –');
    expect(months).not.toContain('2026-11-19 $0.00');
  });

  test('sums the directories of a project in the chart of projects', async () => {
    const inside = usageOf('2026-11-20', { project: '/code/alpha/sub' });
    const text = await page([usageOf('2026-11-20'), inside]);
    const chart = text.slice(text.indexOf('Projects in 30 days'));
    expect(chart.match(/<text class="name"[^>]*>alpha</g)).toHaveLength(1);
    expect(chart).toContain('2 directories');
  });

  test('allows only its own style and script by hash and contains no other executable content', async () => {
    const text = await page();
    for (const name of ['style', 'script']) {
      const content = new RegExp(`<${name}>([^]*?)</${name}>`).exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(content).digest('base64');
      expect(text).toContain(`${name}-src 'sha256-${hash}'`);
      expect(text.split(`<${name}`)).toHaveLength(2);
    }
    expect(text).not.toMatch(/ style=| on\w+=|javascript:|https?:|url\(|@import/i);
  });

  test('labels costs as billed or estimated', async () => {
    const admin = { source: 'anthropic-admin', project: null, costBasis: 'billed' } as const;
    const text = await page([
      usageOf('2026-11-20', { costUsd: '3.000000' }),
      usageOf('2026-11-20', { ...admin, costUsd: '7.000000' }),
    ]);
    expect(text).toContain('Anthropic organisation: billed');
    expect(text).toContain('Claude Code on this machine: estimate at list prices');
    expect(text).toContain('never added up');
    expect(text).not.toContain('$10.00 ');
    // Billed sources come first.
    expect(text.indexOf('organisation: billed</h3>')).toBeLessThan(
      text.indexOf('estimate at list prices</h3>'),
    );
  });

  test('names models without a known price', async () => {
    const entries = [
      usageOf('2026-11-19'),
      usageOf('2026-11-20', { model: 'brand-new', costUsd: null, costBasis: 'unknown' }),
    ];
    const text = await page(entries);
    expect(text).toContain('Excludes 1 model without a known price: brand-new.');
  });

  test('draws the budget line unless it would flatten the bars', async () => {
    const near = await page([usageOf('2026-11-20')], { budget: { monthly: 30, currency: 'USD' } });
    const far = await page([usageOf('2026-11-20')], { budget: { monthly: 900, currency: 'USD' } });
    const lines = (text: string): number => text.split(/<path\s+class="budget/).length - 1;
    expect([lines(near), lines(far)]).toEqual([2, 1]);
    expect(far).toContain('budget, $30.00 per day (above the chart)');
  });

  test('does not report an interrupted run as successful', async () => {
    const stopped = diagnostic('interrupted', { message: 'the last run was interrupted' });
    const lastRun: LastRun = {
      ...successfulRun,
      health: 'warning',
      diagnostics: [stopped],
      outcome: 'interrupted',
    };
    const text = await page([], { lastRun });
    expect(text).toContain('1 warning');
    expect(text).not.toContain('succeeded. Last run');
  });

  test('shows errors and their hints as escaped text', async () => {
    const hint = 'mv \'a\' "b" && c';
    const problem = failureDiagnostic(
      { code: 'data', message: '</li><script>x</script>', hint },
      'tokens',
    );
    const lastRun: LastRun = {
      ...successfulRun,
      health: 'error',
      diagnostics: [problem],
      outcome: 'error',
    };
    const text = await page([], { lastRun });
    expect(text).toContain('1 error');
    expect(text).toContain('tokens: &lt;/li&gt;&lt;script&gt;x&lt;/script&gt;');
    expect(text).toContain('<code>mv &#39;a&#39; &quot;b&quot; &amp;&amp; c</code>');
  });
});

test('html escapes strings and inserts only Html values as markup', () => {
  const inner = html`<b>${'<i>'}</b>`;
  expect(html`<p title="${'"&'}">${inner}${[inner, rawHtml('<hr>')]}${null}${0}</p>`.markup).toBe(
    '<p title="&quot;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><hr>0</p>',
  );
  expect(html`<p>${'a\u202Eb\u001B[2Jc'}</p>`.markup).toBe('<p>a\uFFFDb\uFFFD[2Jc</p>');
});

test('format helpers round, group and abbreviate numbers', () => {
  expect(['0', '0.004', '0.42', '96.2', '1234.5', '-3'].map(dollars)).toEqual([
    '$0.00',
    '<$0.01',
    '$0.42',
    '$96.20',
    '$1,235',
    '−$3.00',
  ]);
  expect([dollars(null), integer(null), percent(null)]).toEqual(['–', '–', '–']);
  expect([999, 1000, 12_345, 999_999, 4_200_000, 2e9].map(compact)).toEqual([
    '999',
    '1.0 k',
    '12.3 k',
    '1.0 M',
    '4.2 M',
    '2.0 B',
  ]);
  expect([change(1.25), change(-2), change(0.01), change(null)]).toEqual(['+1.3', '−2', '', '']);
  expect([integer(1234567), percent(74.31), percent(100)]).toEqual([
    '1,234,567',
    '74.3\u00a0%',
    '100\u00a0%',
  ]);
});

test('chartDates starts with the data and returns at least four weeks and at most six months', () => {
  const span = (first: string | null): readonly (string | number | undefined)[] => {
    const dates = chartDates(first, '2026-11-23');
    return [dates[0], dates.at(-1), dates.length];
  };
  expect(span(null)).toEqual(['2026-10-27', '2026-11-23', 28]);
  expect(span('2026-11-20')).toEqual(['2026-10-27', '2026-11-23', 28]);
  expect(span('2026-09-01')).toEqual(['2026-09-01', '2026-11-23', 84]);
  expect(span('2020-01-01')).toEqual(['2026-05-24', '2026-11-23', 184]);
  // The clock of a source may be ahead.
  expect(span('2027-01-01')).toEqual(['2026-10-27', '2026-11-23', 28]);
});
