import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const path = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();

/** Whether browser tests are skipped. In continuous integration they fail instead. */
export const hasNoChromium = path === '' && !process.env['CI'];

/** Starts Chromium with an empty profile and without background network activity. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Evaluates an expression in the page. It is text because tests are compiled without DOM types. */
export const evaluate = <Value>(page: Page, expression: string): Promise<Value> =>
  page.evaluate<Value>(expression);

/** Returns the accessibility violations that axe-core finds, one line each. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  // What follows the rules is neither described nor sent here: on a large page that takes longer than the rules.
  return evaluate(
    page,
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + (nodes[0]?.html.slice(0, 200) ?? '')))`,
  );
}

/** A page with all its requests, console messages, errors and dialogs. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly pageErrors: readonly string[];
}

/** Opens a URL in a new offline context. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly at?: Date } = {},
): Promise<WatchedPage> {
  const { at, ...rest } = options;
  const context = await browser.newContext({ offline: true, ...rest });
  const page = await context.newPage();
  if (at !== undefined) await page.clock.setFixedTime(at);
  const requests: string[] = [];
  const pageErrors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => pageErrors.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => pageErrors.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    pageErrors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, pageErrors, [Symbol.asyncDispose]: () => context.close() };
}
