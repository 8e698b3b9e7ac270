import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import { diagnostic } from '../../src/util/diagnostic.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import {
  evaluate,
  axeViolations,
  hasNoChromium,
  openPage,
  startChromium,
  type WatchedPage,
} from '../helpers/browser.ts';
import { runCli } from '../helpers/cli.ts';
import { writeSixMonths } from '../helpers/six-months.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Names of repositories and how the page must show them. */
const hostile: Readonly<Record<string, string>> = {
  '<script>alert(1)</script>': '<script>alert(1)</script>',
  '</template></script><img src=x onerror=alert(2)>':
    '</template></script><img src=x onerror=alert(2)>',
  "\"><svg onload=alert(3)> & 'quoted' &amp;": "\"><svg onload=alert(3)> & 'quoted' &amp;",
  'invoice\u202Egpj.exe': 'invoice\uFFFDgpj.exe',
  '\u001B[31mred\u0007\u0000': '\uFFFD[31mred\uFFFD',
  __proto__名前: '__proto__名前',
};

let workspace: TemporaryWorkspace;
let browser: Browser;
let url: string;

const now = new Date();

/** Adds hostile text to warning messages, models and paths. */
async function addHostileTexts(target: TemporaryWorkspace): Promise<void> {
  const { paths } = target;
  const [attack = ''] = Object.keys(hostile);
  const status = JSON.parse(readFileSync(paths.status, 'utf8')) as StatusFile;
  const { quality } = status.run.results;
  if (quality.outcome === 'ok') {
    const message = `${attack}\u001B[2J`;
    quality.warnings.push(diagnostic('file-skipped', { subject: attack, message }));
  }
  await target.write('data/sync-status.json', JSON.stringify(status));
  const tokens = JSON.parse(readFileSync(paths.snapshot('tokens'), 'utf8')) as Snapshot<'tokens'>;
  const entry = tokens.daily.findLast(({ source }) => source === 'claude-code');
  if (entry === undefined) throw new Error('no usage entry');
  tokens.daily.push({ ...entry, model: attack, project: `/code/${attack}`, costUsd: '99.000000' });
  await target.write('data/tokens.json', JSON.stringify(tokens));
}

describe.skipIf(hasNoChromium)('report page in Chromium (skipped if not installed)', () => {
  beforeAll(async () => {
    workspace = await temporaryWorkspace({ tokens: { budget: { monthly: 300 } } });
    const names = Object.keys(hostile);
    writeSixMonths(workspace.paths, { projects: 1000, days: 184, now, names });
    await addHostileTexts(workspace);
    const { exitCode, stderr } = await runCli(['report'], { cwd: workspace.root });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    url = pathToFileURL(workspace.paths.report).href;
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await workspace[Symbol.asyncDispose]();
  });

  const open = (options?: Parameters<typeof openPage>[2]): Promise<WatchedPage> =>
    openPage(browser, url, options);

  const rowNames = (page: Page): Promise<string[]> =>
    evaluate(
      page,
      "[...document.querySelectorAll('#table tbody th')].map((cell) => cell.firstChild.textContent)",
    );

  test('is under 1 MB for 1,000 projects and six months', () => {
    expect(statSync(workspace.paths.report).size).toBeLessThan(1_000_000);
  });

  test('makes no requests and does not violate its Content Security Policy', async () => {
    await using opened = await open();
    await opened.page.locator('#filter').fill('web');
    expect(opened.requests).toEqual([url]);
    expect(opened.pageErrors).toEqual([]);
    const policy = await opened.page
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute('content');
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain('unsafe');
  });

  test('blocks an injected script', async () => {
    await using opened = await open();
    const intruder = "document.createElement('script')";
    const attack = `Object.assign(${intruder}, { textContent: 'document.title = "taken over"' })`;
    await evaluate(opened.page, `void document.body.append(${attack})`);
    expect(await opened.page.title()).not.toBe('taken over');
    expect(opened.pageErrors).toHaveLength(1);
  });

  test.each(['light', 'dark'] as const)(
    'has no axe violations in the %s theme',
    async (colorScheme) => {
      // A small page: axe checks every text node, and further rows repeat the same markup.
      await using small = await temporaryWorkspace({ tokens: { budget: { monthly: 300 } } });
      writeSixMonths(small.paths, { projects: 70, days: 40, now, names: Object.keys(hostile) });
      await addHostileTexts(small);
      await runCli(['report'], { cwd: small.root });
      const address = pathToFileURL(small.paths.report).href;
      await using opened = await openPage(browser, address, { colorScheme });
      const { page } = opened;
      // Collapsed details are checked too.
      await evaluate(
        page,
        "document.querySelectorAll('details').forEach((one) => (one.open = true))",
      );
      expect(await axeViolations(page)).toEqual([]);
    },
  );

  test('shows its charts and at least 50 projects without scripts', async () => {
    await using opened = await open({ javaScriptEnabled: false });
    const { page } = opened;
    const charts = page.locator('figure svg[role=img]');
    expect(await charts.count()).toBeGreaterThanOrEqual(4);
    for (const chart of await charts.all()) {
      expect((await chart.boundingBox())?.height).toBeGreaterThan(20);
    }
    expect(await page.locator('#table tbody tr:visible').count()).toBeGreaterThanOrEqual(50);
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.locator('#all').isVisible()).toBe(false);
    expect(await page.locator('#rest').innerText()).toContain('scripts enabled');
    await page.locator('figure details summary').first().click();
    expect(await page.locator('figure details table').first().isVisible()).toBe(true);
  });

  test('gives each chart a unique title and a description', async () => {
    await using opened = await open();
    const texts = "(ids) => ids.split(' ').map((id) => document.getElementById(id).textContent)";
    const names = await evaluate<string[][]>(
      opened.page,
      `[...document.querySelectorAll('figure svg[role=img]')]
        .map((chart) => chart.getAttribute('aria-labelledby')).map(${texts})`,
    );
    for (const pair of names) expect(pair.map((text) => text.length > 3)).toEqual([true, true]);
    expect(new Set(names.map(([title]) => title)).size).toBe(names.length);
  });

  test('filters the table by name and by mark', async () => {
    await using opened = await open();
    const { page } = opened;
    expect(await page.locator('#count').innerText()).toBe('1000 projects');
    await page.locator('#filter').fill('BILLING-');
    const billing = await rowNames(page);
    expect(billing.length).toBeGreaterThan(60);
    expect(billing.every((name) => name.startsWith('billing-'))).toBe(true);
    expect(await page.locator('#count').innerText()).toBe(
      `${String(billing.length)} of 1000 projects`,
    );
    await page.locator('#show').selectOption('dirty');
    const dirty = await rowNames(page);
    expect(dirty.length).toBeGreaterThan(0);
    expect(dirty.length).toBeLessThan(billing.length);
    await page.locator('#filter').fill('no such project');
    expect(await rowNames(page)).toEqual([]);
    await page.locator('#filter').fill('');
    await page.locator('#show').selectOption('');
    expect(await rowNames(page)).toHaveLength(1000);
  });

  test('shows all rows after a click on Show all', async () => {
    await using opened = await open();
    await opened.page.locator('#all').click();
    expect(await rowNames(opened.page)).toHaveLength(1000);
    expect(await opened.page.locator('#rest').count()).toBe(0);
  });

  test('sorts all rows in both directions with unknown values last', async () => {
    await using opened = await open();
    const { page } = opened;
    const costs = (): Promise<(number | null)[]> =>
      evaluate(
        page,
        `[...document.querySelectorAll('#table tbody td:nth-child(3)')]
          .map((cell) => (cell.dataset.v === '' ? null : Number(cell.dataset.v)))`,
      );
    const head = page.locator('#table thead th').nth(2);
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const down = await costs();
    const known = down.filter((cost) => cost !== null);
    expect(down).toHaveLength(1000);
    expect(known.length).toBeGreaterThan(5);
    expect(down).toEqual([
      ...known.toSorted((one, other) => other - one),
      ...Array<null>(1000 - known.length).fill(null),
    ]);
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect((await costs()).slice(0, known.length)).toEqual(known.toReversed());
    await page.locator('#table thead th').first().getByRole('button').press('Enter');
    const names = await rowNames(page);
    const { compare } = new Intl.Collator('en', { numeric: true });
    expect(names).toHaveLength(1000);
    expect(names).toEqual(names.toSorted((one, other) => compare(one, other)));
    expect(await head.getAttribute('aria-sort')).toBeNull();
  });

  test('shows hostile names and messages as text', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('#all').click();
    const names = await rowNames(page);
    for (const text of Object.values(hostile)) expect(names).toContain(text);
    const attack = '<script>alert(1)</script>';
    expect(await page.locator('.health').innerText()).toContain(`${attack}: ${attack}`);
    expect(await page.locator('.legend').allInnerTexts()).toContainEqual(
      expect.stringContaining(attack),
    );
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, iframe, object, link, form, [onload], [onerror]').count()).toBe(
      0,
    );
    expect(opened.pageErrors).toEqual([]);
    const bytes = readFileSync(workspace.paths.report, 'utf8');
    expect(bytes).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  test('follows the colour scheme and prints on white', async () => {
    await using opened = await open({ colorScheme: 'light' });
    const { page } = opened;
    const colors = (): Promise<string[]> =>
      evaluate(
        page,
        `[getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.querySelector('svg .s1')).fill]`,
      );
    const light = await colors();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colors();
    expect(dark[0]).not.toBe(light[0]);
    expect(dark[1]).not.toBe(light[1]);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await colors()).toEqual(['rgb(255, 255, 255)', light[1]]);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  });

  test('fits a phone: only charts and tables scroll horizontally', async () => {
    await using opened = await open({ viewport: { width: 390, height: 844 } });
    const { page } = opened;
    expect(await evaluate(page, 'document.documentElement.scrollWidth')).toBe(390);
    const wide = page.locator('figure.wide svg').first();
    expect((await wide.boundingBox())?.width).toBeGreaterThan(600);
  });

  test('shows its age by the clock of the reader', async () => {
    const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
    await using fresh = await open({ at: days(0) });
    expect(await fresh.page.locator('#age').isVisible()).toBe(false);
    await using old = await open({ at: days(5) });
    expect(await old.page.locator('#age').innerText()).toBe('This page is 5 days old.');
  });

  test('explains how to start and has no axe violations when nothing has run yet', async () => {
    await using empty = await temporaryWorkspace();
    await runCli(['report'], { cwd: empty.root });
    await using opened = await openPage(browser, pathToFileURL(empty.paths.report).href);
    const { page, pageErrors } = opened;
    expect(await page.locator('main').innerText()).toContain('sync-runner init');
    const violations = await axeViolations(page);
    expect({ violations, pageErrors }).toEqual({ violations: [], pageErrors: [] });
  });
});
