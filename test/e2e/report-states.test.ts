import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeViolations,
  evaluate,
  hasNoChromium,
  openPage,
  startChromium,
} from '../helpers/browser.ts';
import { writeDemoData } from '../helpers/demo-data.ts';
import { writePageAt } from '../helpers/render-page.ts';
import { compareScreenshot } from '../helpers/screenshots.ts';
import { writeSixMonths } from '../helpers/six-months.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/page');
const now = new Date('2026-11-23T12:00:00.000Z');
const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000);

interface State {
  readonly name: string;
  readonly budget?: number;
  readonly write: (workspace: TemporaryWorkspace) => void;
  /** When the page is written and read. */
  readonly at: Date;
  /** Text that the verdict contains. */
  readonly verdict: string;
  readonly page: string;
}

const states: readonly State[] = [
  {
    name: 'stale',
    write: ({ paths }) => {
      writeDemoData(paths, now, 'good');
    },
    at: hours(24 * 5),
    verdict: '3 errors',
    page: 'no success for more than 3 intervals',
  },
  {
    name: 'over-budget',
    budget: 20,
    write: ({ paths }) => {
      writeDemoData(paths, now, 'good');
    },
    at: now,
    verdict: 'warning',
    page: 'of the budget of 20 USD is spent',
  },
  {
    name: 'conflict',
    write: ({ paths }) => {
      writeDemoData(paths, now, 'conflict');
    },
    at: now,
    verdict: 'could lose work: checkout',
    page: '2 files with merge conflicts',
  },
  {
    name: 'unknown-days',
    write: ({ paths }) => {
      writeDemoData(paths, now, 'unknown-days');
    },
    at: now,
    verdict: 'warning',
    page: 'known days since',
  },
  {
    name: 'first-run',
    write: () => undefined,
    at: now,
    verdict: 'No run yet',
    page: 'sync-runner init ~/code',
  },
  {
    name: '1000-projects',
    write: ({ paths }) => {
      writeSixMonths(paths, { projects: 1000, days: 35, now });
    },
    at: now,
    verdict: 'warning',
    page: '940 more rows',
  },
];

interface Look {
  readonly viewport: ViewportSize;
  readonly media: { readonly colorScheme: 'light' | 'dark'; readonly media?: 'print' };
}

const desktop = { width: 1280, height: 1000 };
const devices: readonly { readonly isMobile: boolean; readonly looks: Record<string, Look> }[] = [
  {
    isMobile: false,
    looks: {
      light: { viewport: desktop, media: { colorScheme: 'light' } },
      dark: { viewport: desktop, media: { colorScheme: 'dark' } },
      print: {
        viewport: { width: 794, height: 1123 },
        media: { colorScheme: 'dark', media: 'print' },
      },
    },
  },
  {
    isMobile: true,
    looks: { phone: { viewport: { width: 390, height: 844 }, media: { colorScheme: 'light' } } },
  },
];

describe.skipIf(hasNoChromium)('report page in Chromium (skipped if not installed)', () => {
  let browser: Browser;
  let empty: Page;
  beforeAll(async () => {
    browser = await startChromium();
    empty = await browser.newPage();
  });
  afterAll(() => browser.close());

  test.each(states)(
    'in the state $name looks as in the fixtures and has no axe violations',
    async ({ name, budget = 300, write, at, verdict, page: text }) => {
      await using workspace = await temporaryWorkspace({ tokens: { budget: { monthly: budget } } });
      write(workspace);
      const url = await writePageAt(workspace, at);
      const different: string[] = [];
      for (const { isMobile, looks } of devices) {
        // Half the size is enough to see what is wrong.
        await using opened = await openPage(browser, url, { isMobile, at, deviceScaleFactor: 0.5 });
        const { page, pageErrors } = opened;
        for (const [look, { viewport, media }] of Object.entries(looks)) {
          await page.setViewportSize(viewport);
          await page.emulateMedia(media);
          await page.reload();
          const path = join(fixtures, `${name}-${look}.png`);
          const image = await page.screenshot({ animations: 'disabled' });
          const share = await compareScreenshot(empty, image, path);
          if (share > 0.1) different.push(`${path}: ${String(Math.round(share * 100))} % differ`);
          expect(statSync(path).size).toBeLessThan(60_000);
          if (look === 'print') {
            const light = 'rgb(255, 255, 255)';
            const background = 'getComputedStyle(document.body).backgroundColor';
            expect(await evaluate(page, background)).toBe(light);
            continue;
          }
          expect(await page.locator('#verdict').innerText()).toContain(verdict);
          expect(await page.locator('main').innerText()).toContain(text);
          // Large pages repeat the same markup.
          if (
            look === 'light' ? name !== '1000-projects' : look === 'dark' && name === 'conflict'
          ) {
            await evaluate(
              page,
              "document.querySelectorAll('details').forEach((one) => (one.open = true))",
            );
            expect(await axeViolations(page)).toEqual([]);
          }
        }
        expect(pageErrors).toEqual([]);
      }
      expect(different).toEqual([]);
    },
  );

  test('the page of a project and the help have no axe violations', async () => {
    await using workspace = await temporaryWorkspace();
    writeDemoData(workspace.paths, now, 'conflict');
    const url = await writePageAt(workspace, now);
    await using opened = await openPage(browser, `${url}#p/project-4`, { at: now });
    const { page } = opened;
    const text = await page.locator('#project').innerText();
    for (const part of ['Fabrikam', 'due 2027-01-31', 'Ask Ada before a release.', 'origin/main']) {
      expect(text).toContain(part);
    }
    const remote = page.getByRole('link', { name: 'Open the remote repository of ledger' });
    expect(await remote.getAttribute('href')).toBe('https://github.com/example/ledger');
    const editor = page.getByRole('link', {
      name: 'Open ledger in the editor Visual Studio Code',
    });
    expect(await editor.getAttribute('href')).toBe('vscode://file/home/dev/code/project-4');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await axeViolations(page)).toEqual([]);
  });
});
