import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deriveAnalytics } from '../../../src/analytics/derive-analytics.ts';
import { ledgersOf } from '../../../src/analytics/usage/ledgers.ts';
import { currentUsage } from '../../../src/analytics/usage/token-analytics.ts';
import { buildPageData } from '../../../src/report/build-page-data.ts';
import { change, dollars, integer, percent } from '../../../src/report/format-values.ts';
import type { LastRun, PageData } from '../../../src/report/page-data.ts';
import { renderHtml } from '../../../src/report/render-html.ts';
import { reportPage } from '../../../src/report/report-page.ts';
import { h } from '../../../src/report/view/element.ts';
import { configFile } from '../../../src/schema/config.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';
import { UserError } from '../../../src/util/errors.ts';
import { failureOf } from '../../../src/util/failure.ts';
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
  nextRunAt: null,
  day: '2026-11-23',
  outcome: 'success',
};

const now = new Date('2026-11-23T12:00:00.000Z');
const assets = { script: 'void 0', style: 'a{color:red}' };

async function dataOf(
  daily: readonly TokenEntry[],
  {
    lastRun = successfulRun,
    budget,
  }: { lastRun?: LastRun; budget?: { monthly: number; currency: 'USD' } } = {},
): Promise<PageData> {
  const snapshots = {
    tokens: tokensSnapshot(daily),
    quality: qualitySnapshot(qualityOf('alpha', { percent: 80, todos: 3 })),
    projects: projectsSnapshot(projectOf('alpha'), projectOf('beta')),
  };
  const analytics = await deriveAnalytics({
    ...snapshots,
    history: { quality: new Map(), projects: new Map() },
    runs: [],
    options: { timeZone: 'UTC', budget },
    now,
    tokensReadAt: null,
    yieldToEventLoop,
  });
  return buildPageData({
    stored: { ...snapshots, analytics },
    ledgers: ledgersOf(currentUsage(snapshots.tokens, { timeZone: 'UTC', now, readAt: null })),
    history: { quality: [], projects: [] },
    status: null,
    lastRun,
    config: configFile.parse({ tokens: { budget } }),
    today: '2026-11-23',
  });
}

const page = async (
  daily: readonly TokenEntry[] = [usageOf('2026-11-20')],
  options: Parameters<typeof dataOf>[1] = {},
): Promise<string> => reportPage(await dataOf(daily, options), assets);

describe('report page', () => {
  test('shows the cost of a day that is not covered as unknown, and of a covered day without usage as $0.00', async () => {
    const text = await page([usageOf('2026-11-20'), usageOf('2026-11-22')]);
    const rows = [...text.matchAll(/<th scope="row">(2026-11-\d\d)<\/th><td>([^<]*)/g)];
    const costs = new Map(rows.map(([, day, cost]) => [day, cost]));
    expect(costs.get('2026-11-19')).toBe('unknown');
    expect(costs.get('2026-11-21')).toBe('$0.00');
    expect(costs.get('2026-11-22')).toBe('$1.00');
  });

  test('sums the directories of a project', async () => {
    const inside = usageOf('2026-11-20', { project: '/code/alpha/sub' });
    const { projects, outside } = await dataOf([usageOf('2026-11-20'), inside]);
    const alpha = projects?.find(({ id }) => id === 'alpha');
    expect(alpha?.costs).toEqual([0, 0, 2_000_000]);
    expect(outside).toEqual([]);
  });

  test('allows only its own style and script by hash and contains no other executable content', async () => {
    const text = await page();
    for (const name of ['style', 'script']) {
      const content = new RegExp(`<${name}>([^]*?)</${name}>`).exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(content).digest('base64');
      expect(text).toContain(`${name}-src 'sha256-${hash}'`);
      expect(text.split(`<${name}>`)).toHaveLength(2);
    }
    const namespace = 'http://www.w3.org/2000/svg';
    expect(text.replaceAll(namespace, '')).not.toMatch(
      / style=| on\w+=|javascript:|https?:|url\(|@import/i,
    );
  });

  test('labels costs as billed or estimated', async () => {
    const admin = { source: 'anthropic-admin', project: null, costBasis: 'billed' } as const;
    const text = await page([
      usageOf('2026-11-20', { costUsd: '3.000000' }),
      usageOf('2026-11-20', { ...admin, costUsd: '7.000000' }),
    ]);
    expect(text).toContain('Anthropic organisation<span class="muted"> billed');
    expect(text).toContain(
      'Claude Code on this machine<span class="muted"> estimate at list prices',
    );
    expect(text).toContain('never added up');
    expect(text).not.toContain('$10.00 ');
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
    const lines = (text: string): number => text.split('<path class="budget"').length - 1;
    expect([lines(near), lines(far)]).toEqual([1, 0]);
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
    const error = new UserError('data', '</li><script>x</script>', { hint });
    const problem = failureOf(error, { subject: 'tokens' });
    const lastRun: LastRun = {
      ...successfulRun,
      health: 'error',
      diagnostics: [problem],
      outcome: 'error',
    };
    const text = await page([], { lastRun });
    expect(text).toContain('1 error');
    expect(text).toContain('tokens: &lt;/li&gt;&lt;script&gt;x&lt;/script&gt;');
    expect(text).toContain(`<code>mv 'a' &quot;b&quot; &amp;&amp; c</code>`);
  });
});

test('renderHtml escapes texts and attributes, replaces control characters and omits null', () => {
  const inner = h('b', {}, '<i>');
  expect(
    renderHtml(h('p', { title: '"&', hidden: false, id: null }, inner, [inner, 0], null)),
  ).toBe('<p title="&quot;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>0</p>');
  expect(renderHtml(h('p', {}, 'a\u202Eb\u001B[2Jc'))).toBe('<p>a\uFFFDb\uFFFD[2Jc</p>');
  expect(renderHtml([h('input', { value: '' }), h('br')])).toBe('<input value=""><br>');
});

test('the embedded data cannot end their element', async () => {
  const text = await page([usageOf('2026-11-20', { model: '</script><script>alert(1)</script>' })]);
  const [, json = ''] =
    /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(text) ?? [];
  expect((JSON.parse(json) as PageData).models).toEqual(['</script><script>alert(1)</script>']);
  expect(json).not.toContain('<');
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
  expect([change(1.25), change(-2), change(0.01), change(null)]).toEqual(['+1.3', '−2', '', '']);
  expect([integer(1234567), percent(74.31), percent(100)]).toEqual([
    '1,234,567',
    '74.3\u00a0%',
    '100\u00a0%',
  ]);
});
