import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import { diagnostic } from '../../src/util/diagnostic.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import {
  evaluate,
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

interface LedgerDocument {
  readonly costMicroUsd: number | null;
  readonly rows: readonly { readonly key: string | null; readonly costMicroUsd: number | null }[];
}

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
  if (quality.outcome === 'success') {
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

  test('is painted after less than a second of CPU time', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(url);
    const entries = "performance.getEntriesByName('first-contentful-paint').length";
    await page.waitForFunction(entries);
    const { metrics } = await devTools.send('Performance.getMetrics');
    expect(metrics.find(({ name }) => name === 'TaskDuration')?.value).toBeLessThan(1);
    await context.close();
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

  test('shows its charts and at least 50 projects without scripts', async () => {
    await using opened = await open({ javaScriptEnabled: false });
    const { page } = opened;
    const charts = page.locator('figure svg[role=img]');
    expect(await charts.count()).toBeGreaterThanOrEqual(4);
    for (const chart of await charts.all()) {
      expect((await chart.boundingBox())?.height).toBeGreaterThan(20);
    }
    expect(await page.locator('#table tbody tr:visible').count()).toBeGreaterThanOrEqual(50);
    for (const hidden of ['#tools', '#controls', '[data-action=all]', '.copy >> nth=0']) {
      expect(await page.locator(hidden).isVisible()).toBe(false);
    }
    expect(await page.locator('#rest').innerText()).toContain('scripts enabled');
    expect(await page.locator('.health').innerText()).toContain('Last run on');
    expect(await page.locator('.task:visible').count()).toBeGreaterThan(5);
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

  test('filters by the filter language, keeps the filter in the address and explains what is wrong', async () => {
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
    await page.locator('#filter').fill('billing- dirty todos>10');
    const dirty = await rowNames(page);
    expect(dirty.length).toBeGreaterThan(0);
    expect(dirty.length).toBeLessThan(billing.length);
    expect(await evaluate<string>(page, 'location.href')).toBe(
      `${url}#q=billing-+dirty+todos%3E10`,
    );
    await page.reload();
    expect(await rowNames(page)).toEqual(dirty);
    expect(await page.locator('#filter').inputValue()).toBe('billing- dirty todos>10');
    await page.locator('#filter').fill('size>3');
    expect(await page.locator('#filter-problem').innerText()).toContain('unknown field size');
    await page.locator('#filter').fill('no such project');
    expect(await page.locator('#table').count()).toBe(0);
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    expect(await rowNames(page)).toHaveLength(1000);
    expect(await evaluate<string>(page, 'location.href')).toBe(`${url}#`);
  });

  test('shows all rows after a click on Show all', async () => {
    await using opened = await open();
    await opened.page.getByRole('button', { name: 'Show all' }).click();
    expect(await rowNames(opened.page)).toHaveLength(1000);
    expect(await opened.page.locator('#rest').count()).toBe(0);
  });

  test('sorts all rows in both directions with unknown values last', async () => {
    await using opened = await open();
    const { page } = opened;
    const values = (): Promise<(number | null)[]> =>
      evaluate(
        page,
        `[...document.querySelectorAll('#table tbody td:nth-child(7)')]
          .map((cell) => (cell.querySelector('.unknown') ? null : parseFloat(cell.textContent)))`,
      );
    const head = page.locator('#table thead th').nth(6);
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const down = await values();
    const known = down.filter((value) => value !== null);
    expect(down).toHaveLength(1000);
    expect(known.length).toBeGreaterThan(500);
    expect(down).toEqual([
      ...known.toSorted((one, other) => other - one),
      ...Array<null>(1000 - known.length).fill(null),
    ]);
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect((await values()).slice(0, known.length)).toEqual(known.toReversed());
    expect(await evaluate<string>(page, 'location.href')).toBe(`${url}#sort=coverage`);
    await page.locator('#table thead th').first().getByRole('button').press('Enter');
    const names = await rowNames(page);
    const { compare } = new Intl.Collator('en', { numeric: true });
    expect(names).toHaveLength(1000);
    expect(names).toEqual(names.toSorted((one, other) => compare(one, other)));
    expect(await head.getAttribute('aria-sort')).toBeNull();
  });

  test('shows the same costs as the cost command to the microdollar in every range', async () => {
    await using opened = await open();
    const { page } = opened;
    const micros = (selector: string): Promise<(number | null)[]> =>
      evaluate(
        page,
        `[...document.querySelectorAll(${JSON.stringify(selector)})]
          .map((one) => (one.dataset.micros === undefined ? null : Number(one.dataset.micros)))`,
      );
    const costOf = async (...args: string[]): Promise<readonly LedgerDocument[]> => {
      const { stdout } = await runCli(['cost', '--json', ...args], { cwd: workspace.root });
      return (JSON.parse(stdout) as { ledgers: readonly LedgerDocument[] }).ledgers;
    };
    await page.getByRole('button', { name: 'Show all' }).click();
    for (const [range, since] of [
      ['7d', '7d'],
      ['30d', '30d'],
      ['90d', '90d'],
      ['180d', '180d'],
      ['All', '2020-01-01'],
    ] as const) {
      await page.getByRole('button', { name: range, exact: true }).click();
      const ledgers = await costOf('--by', 'model', '--since', since);
      expect(await micros('.ledger .tile:first-child .number')).toEqual(
        ledgers.map(({ costMicroUsd }) => costMicroUsd),
      );
      if (range !== '90d') continue;
      const [logs] = await costOf('--by', 'project', '--since', since);
      const ofProjects = (await micros('#table td:nth-child(3)')).filter((cost) => cost !== 0);
      const expected = (logs?.rows ?? []).flatMap(({ key, costMicroUsd }) =>
        key === null || costMicroUsd === 0 ? [] : [costMicroUsd],
      );
      expect(expected.length).toBeGreaterThan(5);
      expect(ofProjects.toSorted()).toEqual(expected.toSorted());
    }
  });

  test('groups by directory with subtotals', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('#group').selectOption('directory');
    const subtotal = page.locator('#table .subtotal');
    expect(await subtotal.count()).toBe(1);
    expect(await subtotal.innerText()).toContain('/home/dev/code 1,000 projects');
    expect(await evaluate<string>(page, 'location.href')).toBe(`${url}#group=directory`);
  });

  test('works with the keyboard only', async () => {
    await using opened = await open();
    const { page, pageErrors } = opened;
    const focused = (): Promise<string> => evaluate(page, 'document.activeElement.id');
    const { keyboard } = page;
    await keyboard.press('/');
    expect(await focused()).toBe('filter');
    await keyboard.type('web-client');
    await keyboard.press('Enter');
    await keyboard.press('j');
    await keyboard.press('k');
    await keyboard.press('j');
    const current = await page.locator('#table .current a.project').innerText();
    expect(current).toBe((await rowNames(page))[1]);
    await keyboard.press('Enter');
    expect(await page.locator('#project h1').innerText()).toBe(current);
    expect(await evaluate<string>(page, 'location.href')).toMatch(/#p\/project-\d+\?q=web-client$/);
    expect(await page.locator('#overview').isVisible()).toBe(false);
    await keyboard.press('3');
    expect(await evaluate<string>(page, 'location.href')).toContain('range=90');
    await keyboard.press('Escape');
    expect(await page.locator('#overview').isVisible()).toBe(true);
    expect(await page.locator('#table .current a.project').innerText()).toBe(current);
    await keyboard.press('Escape');
    expect(await page.locator('#count').innerText()).toBe('1000 projects');
    await keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await keyboard.press('Escape');
    expect(await page.locator('#help').isVisible()).toBe(false);
    await page.locator('#cost-0 .plot').focus();
    // The focus scrolls the page, which hides tooltips.
    await evaluate(page, 'new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    await keyboard.press('ArrowRight');
    const first = await page.locator('#tip').innerText();
    await keyboard.press('End');
    expect(first).toMatch(/^\d+ \w{3} \d{4}\n\$/);
    expect(await page.locator('#tip').innerText()).not.toBe(first);
    await keyboard.press('Escape');
    expect(await page.locator('#tip').isVisible()).toBe(false);
    expect(pageErrors).toEqual([]);
  });

  test('opens the page of a project by its address, its link and the back button', async () => {
    await using opened = await openPage(browser, `${url}#p/project-0?range=180`);
    const { page } = opened;
    expect(await page.locator('#project h1').innerText()).toBe('<script>alert(1)</script>');
    expect(await page.locator('#project-cost').isVisible()).toBe(true);
    expect(await page.locator('#project .facts').first().innerText()).toContain('branch\nmain');
    await page.getByRole('link', { name: '← All projects' }).click();
    expect(await page.locator('[aria-pressed=true]').innerText()).toBe('180d');
    await page.locator('a.project').first().click();
    await page.goBack();
    expect(await page.locator('#overview').isVisible()).toBe(true);
    await page.goto(`${url}#p/no-such-project`);
    expect(await page.locator('#project').innerText()).toContain('Unknown project');
  });

  test('shows tooltips for mouse and touch, and copies commands and the page as Markdown', async () => {
    await using opened = await open({
      hasTouch: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = opened;
    const tip = page.locator('#tip');
    const bar = page.locator('#cost-0 [data-tip]').nth(20);
    await bar.hover({ force: true });
    expect(await tip.innerText()).toContain('$');
    await page.mouse.move(5, 5);
    expect(await tip.isVisible()).toBe(false);
    await bar.tap({ force: true });
    expect(await tip.isVisible()).toBe(true);
    const copied = (): Promise<string> => evaluate(page, 'navigator.clipboard.readText()');
    const fix = page.locator('.task .fix').first();
    await fix.getByRole('button').click();
    expect(await copied()).toBe(await fix.locator('code').innerText());
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    const markdown = await copied();
    expect(markdown).toMatch(/^# Projects on /);
    expect(markdown).toContain('| project | cost, 30 days | commits |');
    expect(markdown).toContain(String.raw`\<script\>alert(1)\</script\>`);
  });

  test('keeps the chosen theme, also where storage is disabled', async () => {
    await using opened = await open({ colorScheme: 'light' });
    const { page } = opened;
    const background = (): Promise<string> =>
      evaluate(page, 'getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    expect(await page.locator('#theme').innerText()).toBe('Theme: system');
  });

  test('shows hostile names and messages as text', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Show all' }).click();
    const names = await rowNames(page);
    for (const text of Object.values(hostile)) expect(names).toContain(text);
    const attack = '<script>alert(1)</script>';
    expect(await page.locator('.health').innerText()).toContain(`${attack}: ${attack}`);
    expect(await page.locator('.legend').allInnerTexts()).toContainEqual(
      expect.stringContaining(attack),
    );
    expect(await page.locator('script:not([type="application/json"])').count()).toBe(1);
    const active = 'img, iframe, object, link:not([rel=icon]), [onload], [onerror]';
    expect(await page.locator(active).count()).toBe(0);
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
    await page.locator('#table tbody tr').first().scrollIntoViewIfNeeded();
    const card = await page.locator('#table tbody tr').first().boundingBox();
    expect(card?.height).toBeGreaterThan(100);
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
});
