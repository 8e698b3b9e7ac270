import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../src/notify/message.ts';
import type { BudgetState } from '../../src/schema/usage-analytics.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { isMissing } from '../helpers/scheduler-namespace.ts';
import { webServer, type WebServer } from '../helpers/web-server.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** One dollar of output tokens of the model. */
const dollarTokens = 1_000_000 / 15;

describe.skipIf(isMissing('faketime'))(
  'budgets (skipped without faketime)',
  { timeout: 180_000 },
  () => {
    let server: WebServer;
    let workspace: TemporaryWorkspace;
    const lines: string[] = [];

    beforeAll(async () => {
      server = await webServer();
      workspace = await temporaryWorkspace({
        projects: { roots: ['code'] },
        tokens: {
          budgets: {
            overall: 100,
            clients: { ACME: 20, Nobody: 5 },
            projects: { alpha: 20 },
            agents: { 'claude-code': 40 },
          },
        },
        metrics: { textfile: 'metrics.prom' },
        notify: { webhook: { url: `${server.url}/hook` } },
      });
      await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    });
    afterAll(async () => {
      await workspace[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });

    const at = (time: string, ...args: string[]): Promise<CliResult> =>
      runCli(args, {
        cwd: workspace.root,
        env: { HOME: workspace.root, TZ: 'UTC' },
        prefix: ['faketime', '-f', `@${time}:00`],
      });
    const use = async (
      timestamp: string,
      dollars: number,
      model = 'claude-sonnet-4-5-20250929',
    ): Promise<void> => {
      const id = String(lines.length);
      const dir = join(workspace.root, 'code/alpha');
      const line = {
        ...{ type: 'assistant', sessionId: 's', uuid: id, requestId: id, timestamp },
        cwd: dir,
        message: {
          ...{ id, model, role: 'assistant' },
          usage: { input_tokens: 0, output_tokens: Math.round(dollars * dollarTokens) },
        },
      };
      lines.push(JSON.stringify(line));
      await workspace.write(
        `.claude/projects/${dir.replace(/[^A-Za-z0-9]/g, '-')}/s.jsonl`,
        `${lines.join('\n')}\n`,
      );
    };
    const messagesOf = async (time: string): Promise<readonly Message[]> => {
      const { exitCode, stderr } = await at(time, 'run', '-q');
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      return server.take().map(({ body }) => JSON.parse(body) as Message);
    };
    const messages = (message: Message | undefined): readonly string[] =>
      (message?.diagnostics ?? []).map(({ subject, message }) => `${String(subject)}: ${message}`);

    test('are notified once per threshold and month, a spike once per day, and the week once', async () => {
      await use('2026-11-09T10:00:00Z', 4.5);
      expect(await messagesOf('2026-11-10 12:00')).toEqual([]);
      await at('2026-11-10 12:01', 'projects', 'set', 'alpha', 'client=ACME');

      // 52 % of the budgets of the client and the project. A refused message is sent again.
      await use('2026-11-10T12:02:00Z', 6);
      server.respond = (_request, response) => response.writeHead(500).end();
      expect(await messagesOf('2026-11-10 12:05')).toHaveLength(1);
      server.respond = (_request, response) => response.end();
      const [half, ...others] = await messagesOf('2026-11-10 12:10');
      expect(others).toEqual([]);
      expect(half).toMatchObject({ event: 'cost', failingSince: null });
      expect(messages(half)).toEqual([
        'client ACME: at least 52 % of the budget of 20 USD is spent',
        'project alpha: at least 52 % of the budget of 20 USD is spent',
      ]);
      expect(await messagesOf('2026-11-10 12:15')).toEqual([]);

      // Over 80 and 100 % at once, 51 % of the budget of the agent, and more than three times as much as on the day before.
      await use('2026-11-10T12:20:00Z', 9.9);
      const [over] = await messagesOf('2026-11-10 12:25');
      expect(messages(over)).toEqual([
        'client ACME: at least 102 % of the budget of 20 USD is spent',
        'project alpha: at least 102 % of the budget of 20 USD is spent',
        'agent claude-code: at least 51 % of the budget of 40 USD is spent',
        'claude-code: $15.90 today, 4 times the mean day',
      ]);
      expect(over?.text).toContain('- client ACME: at least 102 %');
      expect(await messagesOf('2026-11-10 12:30')).toEqual([]);
    });

    test('are shown by status, today, cost, the page, metrics, attention and doctor alike', async () => {
      const time = '2026-11-10 12:31';
      const status = JSON.parse((await at(time, 'status', '--json')).stdout) as {
        health: string;
        budgets: readonly BudgetState[];
        diagnostics: readonly { readonly code: string; readonly message: string }[];
        projects: { attention: readonly { attention: readonly { code: string }[] }[] };
      };
      expect(status.budgets).toMatchObject([
        { scope: 'overall', name: null, monthlyUsd: 100, costUsd: '20.400000', used: 20.4 },
        { scope: 'client', name: 'ACME', costUsd: '20.400000', used: 102, uncoveredDays: 8 },
        { scope: 'client', name: 'Nobody', isUnmatched: true, costUsd: null, used: null },
        { scope: 'project', name: 'alpha', used: 102 },
        { scope: 'agent', name: 'claude-code', used: 51 },
      ]);
      expect(status.diagnostics.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['budget-exceeded', 'budget-unmatched', 'spend-spike']),
      );
      expect(status.projects.attention[0]?.attention).toMatchObject([
        { code: 'over-budget' },
        { code: 'no-remote' },
      ]);
      for (const command of ['today', 'cost']) {
        const { stdout } = await at(time, command, '--json');
        expect((JSON.parse(stdout) as typeof status).budgets).toEqual(status.budgets);
      }
      expect((await at(time, 'status')).stdout).toContain(
        'budget     client ACME: at least $20.40 of $20 (102 %)',
      );
      expect((await at(time, 'today')).stdout.replaceAll('\n', ' ')).toContain(
        'client ACME: at least $20.40 of $20 (102 %)',
      );
      await at(time, 'report', '-q');
      expect(readFileSync(workspace.paths.report, 'utf8')).toContain(
        'client ACME: at least 102 % of the budget of 20 USD is spent',
      );
      const metrics = readFileSync(join(workspace.root, 'metrics.prom'), 'utf8');
      expect(metrics).toMatch(/budget_used_percent\{.*scope="client",name="ACME"\} 102/);
      expect(metrics).toMatch(/budget_dollars\{.*scope="client",name="Nobody"\} 5/);
      expect(metrics).not.toMatch(/budget_used_percent\{.*name="Nobody"/);
      expect((await at(time, 'doctor')).stdout).toContain('no project has the client Nobody');
    });

    test('have a weekly digest that compares known weeks only and states "at least" for a model without a price', async () => {
      const [first, ...others] = await messagesOf('2026-11-16 00:05');
      expect(others).toEqual([]);
      expect(first).toMatchObject({ event: 'digest', diagnostics: [] });
      expect(first?.title).toMatch(/^sync-runner weekly digest on /);
      expect(first?.text).toContain(
        'Week from 2026-11-09 to 2026-11-15\n' +
          'Cost: $20.40; not comparable with the week before (unknown)\n' +
          'By project:\n- alpha: $20.40\nBy agent:\n- Claude Code: $20.40\n',
      );
      expect(first?.text).toContain('- client ACME: at least $20.40 of $20 (102 %)\n');
      expect(first?.text).toContain('1 project needs attention:\n- alpha: 102 % of the budget');
      expect(await messagesOf('2026-11-17 00:05')).toEqual([]);
      const [second] = await messagesOf('2026-11-24 00:05');
      expect(second?.text).toContain('Cost: $0.00, $20.40 less than the week before\n');
      expect(second?.text).not.toContain('Cost: at least');

      await use('2026-11-25T08:00:00Z', 1);
      await use('2026-11-26T08:00:00Z', 1, 'acme-7');
      const third = (await messagesOf('2026-11-30 00:05')).find(({ event }) => event === 'digest');
      expect(third?.text).toContain(
        'Cost: at least $1.00, $1.00 more than the week before\n' +
          'By project:\n- alpha: at least $1.00 (+$1.00)\n' +
          'By agent:\n- Claude Code: at least $1.00 (+$1.00)\n',
      );
    });

    test('start again with the next month', async () => {
      await use('2026-12-01T08:00:00Z', 10.5);
      const received = await messagesOf('2026-12-01 09:00');
      const [cost] = received.filter(({ event }) => event === 'cost');
      expect(messages(cost)).toContain('client ACME: 52 % of the budget of 20 USD is spent');
    });

    test.each([
      ['"overall": 0', 'tokens.budgets.overall: must be a number above 0, not 0'],
      [
        '"clients": { "ACME": "9" }',
        'tokens.budgets.clients.ACME: must be a number above 0, not "9"',
      ],
      ['"agents": { "codx": 9 }', 'tokens.budgets.agents.codx: unknown key; did you mean "codex"?'],
      ['"client": {}', 'tokens.budgets.client: unknown key; did you mean "clients"?'],
    ])('reject %s with one line', async (budgets, message) => {
      await using wrong = await temporaryWorkspace();
      await wrong.write('data/config/sync.json', `{ "tokens": { "budgets": { ${budgets} } } }`);
      const { exitCode, stderr } = await runCli(['status'], { cwd: wrong.root });
      expect(exitCode).toBe(2);
      const [error = '', ...rest] = stderr.trimEnd().split('\n');
      expect(error).toContain(message);
      expect(rest).toHaveLength(1);
    });
  },
);
