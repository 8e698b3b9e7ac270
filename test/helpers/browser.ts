import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const path = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();

/** Whether tests in a browser have to be left out here. Never in continuous integration: there they fail. */
export const hasNoChromium = path === '' && !process.env['CI'];

/** Starts Chromium with an empty profile, and with nothing that it does on a network of its own accord. */
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

/** The value of an expression in the page, as text because tests know no types of a browser. */
export const evaluate = <Value>(page: Page, expression: string): Promise<Value> =>
  page.evaluate<Value>(expression);

/** What axe-core finds wrong with a page, a line each. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await evaluate<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>(page, 'axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}

/** A page, and everything that it asked for, said or stumbled over. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** Opens an address in a context of its own, without a network. */
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
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => context.close() };
}
