import { existsSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { NotificationsFile } from '../../src/schema/notify.ts';
import type { Message } from '../../src/notify/message.ts';
import { runCli, startCli, type CliResult } from '../helpers/cli.ts';
import { webServer, type Received } from '../helpers/web-server.ts';
import { slowdown } from '../helpers/slowdown.ts';
import { setAge, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const notified = (notify: object): Promise<TemporaryWorkspace> =>
  temporaryWorkspace({ projects: { roots: ['code'] }, notify });

const run = (
  workspace: TemporaryWorkspace,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> => runCli(['run', ...args], { cwd: workspace.root, env });

/** Makes the projects sync fail. */
const breakProjects = (workspace: TemporaryWorkspace, text = '{'): Promise<void> =>
  workspace.write('data/projects.json', text);
const repairProjects = (workspace: TemporaryWorkspace): Promise<void> =>
  rm(workspace.paths.snapshot('projects'));

const stateOf = ({ paths }: TemporaryWorkspace): NotificationsFile =>
  JSON.parse(readFileSync(paths.notifications, 'utf8')) as NotificationsFile;

const messageOf = ({ body }: Received): Message => JSON.parse(body) as Message;

describe('ping', () => {
  test('reports the start and the end of a run with the same run id', async () => {
    await using server = await webServer();
    await using workspace = await notified({ ping: `${server.url}/abc` });
    expect(await run(workspace)).toMatchObject({ exitCode: 0, stderr: '' });
    const [start, end] = server.take();
    expect([start?.method, end?.method]).toEqual(['POST', 'POST']);
    const [startUrl, endUrl] = [start, end].map((one) => new URL(one?.url ?? '', server.url));
    expect([startUrl?.pathname, endUrl?.pathname]).toEqual(['/abc/start', '/abc']);
    const rid = startUrl?.searchParams.get('rid');
    expect(rid).toMatch(uuid);
    expect(endUrl?.searchParams.get('rid')).toBe(rid);
    await run(workspace);
    const next = new URL(server.take()[0]?.url ?? '', server.url).searchParams.get('rid');
    expect(next).not.toBe(rid);
  });

  test('reports a failed run with the end of its log', async () => {
    await using server = await webServer();
    await using workspace = await notified({ ping: `${server.url}/abc/` });
    await breakProjects(workspace);
    expect((await run(workspace, ['--scheduled'])).exitCode).toBe(1);
    const [, end, ...more] = server.take();
    expect(more).toEqual([]);
    expect(end?.url).toMatch(/^\/abc\/fail\?rid=/);
    expect(end?.body).toContain('synced projects failed code=data');
    expect(end?.body).toMatch(/done run=\S+ ms=\d+ status=error\n$/);
    expect(readFileSync(workspace.paths.log, 'utf8')).toBe(end?.body);
  });

  test('is not sent for a dry run, a run that is not due, or an invalid configuration', async () => {
    await using server = await webServer();
    await using workspace = await notified({ ping: `${server.url}/abc` });
    await run(workspace, ['--dry-run']);
    expect(server.take()).toEqual([]);
    await run(workspace);
    server.take();
    await run(workspace, ['--if-due']);
    await workspace.write('data/config/sync.json', '{ "syncs": ["nonsense"] }');
    expect((await run(workspace)).exitCode).toBe(2);
    expect(server.take()).toEqual([]);
  });

  test('is retried after an HTTP error and does not change the result of the run', async () => {
    await using server = await webServer();
    await using workspace = await notified({ ping: `${server.url}/abc` });
    server.respond = (_request, response) => response.writeHead(500).end();
    const { exitCode, stdout, stderr } = await run(workspace);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ All syncs completed');
    expect(stderr).toContain(`ping (success): ${new URL(server.url).host} responded with HTTP 500`);
    expect(server.take().filter(({ url }) => url.startsWith('/abc?'))).toHaveLength(3);
  });

  test('that hangs does not hold the lock, and the run ends in time with its own exit code', async () => {
    await using server = await webServer();
    const notify = { ping: `${server.url}/abc`, webhook: { url: `${server.url}/hook` } };
    await using workspace = await notified(notify);
    await breakProjects(workspace);
    // Accept connections but never respond.
    server.respond = () => undefined;
    const running = startCli(['run'], { cwd: workspace.root });
    const received = async (prefix: string): Promise<void> => {
      while (!server.received.some(({ url }) => url.startsWith(prefix))) await wait(20);
    };
    await received('/abc/start');
    const startedMs = performance.now();
    await received('/hook');
    // Messages are sent after the lock was released.
    expect(existsSync(workspace.paths.lock)).toBe(false);
    const { exitCode, stderr } = await running.ended;
    const tookMs = performance.now() - startedMs;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('ping (start): 127.0.0.1');
    expect(stderr).toContain('webhook: took too long');
    // The limit that the manual documents.
    expect(tookMs).toBeLessThan(20_000 * slowdown());
  });
});

describe('messages', () => {
  test('are sent once on failure and once on recovery', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await run(workspace);
    expect(server.take()).toEqual([]);
    await breakProjects(workspace);
    await run(workspace);
    await run(workspace);
    await repairProjects(workspace);
    await run(workspace);
    await run(workspace);
    const received = server.take();
    expect(received.map((one) => messageOf(one).event)).toEqual(['failure', 'recovery']);
    const [failure, recovery] = received.map(messageOf);
    expect(failure).toMatchObject({
      schemaVersion: 1,
      workspace: workspace.root,
      diagnostics: [{ code: 'data' }],
    });
    expect(failure?.text).toContain('projects.json:1:2');
    expect(recovery).toMatchObject({ failingSince: failure?.run, diagnostics: [] });
    expect(received[0]?.headers['content-type']).toBe('application/json');
  });

  test('are repeated after 24 hours and not earlier', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await breakProjects(workspace);
    await run(workspace);
    server.take();
    const spokenAt = async (hours: number): Promise<void> => {
      const at = new Date(Date.now() - hours * 3_600_000).toISOString();
      const text = JSON.stringify(stateOf(workspace)).replace(/"at":"[^"]+"/, `"at":"${at}"`);
      await workspace.write('data/notifications.json', text);
    };
    await spokenAt(23.9);
    await run(workspace);
    expect(server.take()).toEqual([]);
    await spokenAt(24.1);
    await run(workspace);
    await run(workspace);
    expect(server.take().map((one) => messageOf(one).event)).toEqual(['reminder']);
  });

  test('that were rejected are sent again by the next run', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await breakProjects(workspace);
    server.respond = (_request, response) => response.writeHead(503).end();
    const { stderr, exitCode } = await run(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/webhook: 127\.0\.0\.1:\d+ responded with HTTP 503/);
    server.take();
    server.respond = (_request, response) => response.end();
    await run(workspace);
    await run(workspace);
    expect(server.take().map((one) => messageOf(one).event)).toEqual(['failure']);
  });

  test('are sent once even if the sending run is killed or a later run ends first', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await breakProjects(workspace);
    // The first run is still sending when the second one ends.
    server.respond = () => undefined;
    const first = startCli(['run'], { cwd: workspace.root });
    while (server.received.length === 0) await wait(20);
    server.respond = (_request, response) => response.end();
    expect((await run(workspace)).exitCode).toBe(1);
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await run(workspace)).exitCode).toBe(1);
    expect(server.take()).toHaveLength(1);
    await repairProjects(workspace);
    await run(workspace);
    expect(server.take().map((one) => messageOf(one).event)).toEqual(['recovery']);
  });

  test('report no recovery when a run skips the failed sync', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await run(workspace);
    await breakProjects(workspace);
    await run(workspace);
    server.take();
    await run(workspace, ['--only', 'quality']);
    expect(server.take()).toEqual([]);
    await repairProjects(workspace);
    await run(workspace, ['--only', 'projects']);
    expect(server.take().map((one) => messageOf(one).event)).toEqual(['recovery']);
  });

  test('are not sent by an interrupted run or a first run of a single sync', async () => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/hook` } });
    await run(workspace, ['--only', 'tokens']);
    for (let i = 0; i < 20; i += 1) {
      await workspace.gitRepository(`code/project-${String(i)}`, { 'a.txt': 'a' });
    }
    const running = startCli(['run'], { cwd: workspace.root });
    await running.printed('Starting sync: quality');
    running.child.kill('SIGINT');
    expect((await running.ended).exitCode).toBe(130);
    expect(server.take()).toEqual([]);
  });

  test.each([
    ['slack', (body: string) => (JSON.parse(body) as { text: string }).text],
    ['discord', (body: string) => (JSON.parse(body) as { content: string }).content],
    ['ntfy', (body: string) => body],
  ])('have the format of %s and contain no control characters', async (format, textOf) => {
    await using server = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/topic`, format } });
    // The message about an invalid file contains the name of the unknown key.
    await breakProjects(workspace, '{"schemaVersion":1,"\\u001b[31m<!channel>@everyone\\u202e":1}');
    await run(workspace);
    const [received] = server.take();
    const { headers = {}, body = '{}' } = received ?? {};
    const text = textOf(body);
    expect(text).toContain('projects.json');
    // eslint-disable-next-line no-control-regex -- The characters that must not occur.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|<!channel>/);
    if (format === 'ntfy') expect(headers).toMatchObject({ priority: 'high' });
    if (format === 'ntfy') expect(headers['title']).toMatch(/^sync-runner failed on /);
    if (format === 'discord')
      expect(JSON.parse(body)).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  test('are passed to notify-send and to the configured command', async () => {
    await using workspace = await notified({
      desktop: true,
      command: ['on-failure', '--now', '$HOME'],
    });
    const shim = async (name: string, script: string): Promise<void> => {
      await workspace.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
      await chmod(join(workspace.root, 'bin', name), 0o755);
    };
    await shim('notify-send', `printf '%s\\n' "$@" > '${workspace.root}/desktop'`);
    await shim('on-failure', `{ echo "$@"; env; echo; cat; } > '${workspace.root}/command'`);
    const env = {
      PATH: `${join(workspace.root, 'bin')}:${process.env['PATH'] ?? ''}`,
      ANTHROPIC_ADMIN_KEY: 'sk-ant-admin01-secret',
    };
    await breakProjects(workspace);
    expect((await run(workspace, [], env)).exitCode).toBe(1);
    const desktop = readFileSync(join(workspace.root, 'desktop'), 'utf8');
    expect(desktop).toMatch(
      /^--app-name=sync-runner\n--urgency=critical\n--\nsync-runner failed on /,
    );
    const input = readFileSync(join(workspace.root, 'command'), 'utf8');
    expect(input).toMatch(/^--now \$HOME\n/);
    expect(input).not.toContain('sk-ant-admin01');
    const message = JSON.parse(input.trim().split('\n').at(-1) ?? '') as Message;
    expect(message).toMatchObject({ event: 'failure', diagnostics: [{ code: 'data' }] });
  });

  test('that the desktop and the command reject cause only a warning', async () => {
    await using workspace = await notified({ desktop: true, command: ['/nonexistent/on-failure'] });
    await breakProjects(workspace);
    const { exitCode, stderr } = await run(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('command: /nonexistent/on-failure was not found');
    expect(await run(workspace, ['--scheduled'])).toMatchObject({ exitCode: 1, stdout: '' });
    expect(readFileSync(workspace.paths.log, 'utf8')).toContain(
      '/nonexistent/on-failure was not found',
    );
  });
});

describe('secrets', () => {
  const secret = 'T0000/B1111/tokentokentoken';

  test('are read from the environment or .env and never written to output or files', async () => {
    await using server = await webServer();
    // Warnings contain the name of this root, which is a secret.
    await using workspace = await temporaryWorkspace({
      projects: { roots: ['code', 'tk_hidden_token'] },
      notify: {
        ping: '$PING_URL',
        webhook: { url: '$HOOK_URL', format: 'ntfy', token: '$HOOK_TOKEN' },
      },
    });
    await workspace.write(
      'data/config/.env',
      `HOOK_TOKEN=tk_hidden_token\nHOOK_URL=${server.url}/${secret}\n`,
    );
    await chmod(workspace.paths.secrets, 0o600);
    await workspace.write('data/quality.json', '{');
    server.respond = (_request, response) => response.writeHead(403).end();
    const env = { PING_URL: `${server.url}/ping-${secret}` };
    const outputs: string[] = [];
    for (const args of [['-v'], ['--scheduled'], ['--json']]) {
      const { exitCode, stdout, stderr } = await run(workspace, args, env);
      expect(exitCode).toBe(1);
      outputs.push(stdout, stderr);
    }
    const files = [workspace.paths.log, workspace.paths.status, workspace.paths.notifications];
    outputs.push(...files.map((file) => readFileSync(file, 'utf8')));
    const sent = server.take();
    expect(sent.some(({ headers }) => headers['authorization'] === 'Bearer tk_hidden_token')).toBe(
      true,
    );
    expect(sent.some(({ url }) => url.startsWith(`/ping-${secret}/start`))).toBe(true);
    outputs.push(...sent.map(({ body }) => body));
    expect(outputs.join()).toContain('***');
    for (const text of outputs) expect(text).not.toMatch(/tokentokentoken|tk_hidden/);
  });

  test('do not appear in the error for an invalid configuration', async () => {
    await using workspace = await notified({ ping: `htps://hooks.example/${secret}`, webhok: {} });
    const { exitCode, stderr } = await run(workspace);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('notify.ping: this value is neither an http or https URL');
    expect(stderr).toContain('notify.webhok: unknown key; did you mean "webhook"?');
    expect(stderr).not.toContain('T0000');
  });

  test('are not sent to the target of a redirect', async () => {
    await using server = await webServer();
    await using other = await webServer();
    await using workspace = await notified({ webhook: { url: `${server.url}/${secret}` } });
    await breakProjects(workspace);
    server.respond = (_request, response) =>
      response.writeHead(307, { Location: `${other.url}/stolen` }).end();
    const { stderr, exitCode } = await run(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('responded with a redirect (HTTP 307), which is not followed');
    expect(other.received).toEqual([]);
  });

  test('that are not set cause a warning', async () => {
    await using workspace = await notified({ ping: '$PING_URL', webhook: { url: '$HOOK_URL' } });
    const { exitCode, stderr } = await run(workspace, [], { HOOK_URL: 'file:///etc/passwd' });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('notify.ping: $PING_URL is not set');
    expect(stderr).toContain('notify.webhook.url: $HOOK_URL is not an http or https URL');
    expect(stderr).not.toContain('passwd');
  });
});

describe('minSeverity', () => {
  test('warning reports the warnings of status, which the dead-man switch is not told of', async () => {
    await using server = await webServer();
    await using workspace = await notified({
      ...{ ping: `${server.url}/switch`, webhook: { url: `${server.url}/hook` } },
      minSeverity: 'warning',
    });
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    await repository.write('new.ts', '');
    await setAge(join(repository.path, 'new.ts'), 20);
    await run(workspace);
    const received = server.take().filter(({ url }) => !url.startsWith('/switch/start'));
    expect(received.map(({ url }) => url.replace(/\?.*/, '')).sort()).toEqual(['/hook', '/switch']);
    const [message] = received.filter(({ url }) => url === '/hook').map(messageOf);
    expect(message).toMatchObject({ event: 'failure', diagnostics: [{ code: 'could-lose-work' }] });
    const status = await runCli(['status', '--json'], { cwd: workspace.root });
    expect(message?.diagnostics).toEqual(
      (JSON.parse(status.stdout) as { diagnostics: unknown }).diagnostics,
    );
    await run(workspace);
    expect(server.take().filter(({ url }) => url === '/hook')).toEqual([]);
    await rm(join(repository.path, 'new.ts'));
    await run(workspace);
    const [recovery] = server.take().filter(({ url }) => url === '/hook');
    expect(recovery && messageOf(recovery)).toMatchObject({ event: 'recovery' });
  });
});

describe('notify-test', () => {
  const tryOut = (
    workspace: TemporaryWorkspace,
    args: readonly string[] = [],
  ): Promise<CliResult> => runCli(['notify-test', ...args], { cwd: workspace.root });

  test('sends one message per channel, a log entry to the switch, and does not change notifications.json', async () => {
    await using server = await webServer();
    await using workspace = await notified({
      ping: `${server.url}/switch`,
      webhook: { url: `${server.url}/hook` },
      command: ['sh', '-c', 'cat > message.json'],
    });
    expect(await tryOut(workspace)).toMatchObject({
      ...{ exitCode: 0, stderr: '' },
      stdout: 'ping: sent\nwebhook: sent\ncommand: sent\n',
    });
    const [log, received, ...more] = server
      .take()
      .toSorted((one, other) => other.url.localeCompare(one.url));
    expect(more).toEqual([]);
    expect(log?.url).toMatch(/^\/switch\/log\?rid=/);
    expect(log?.body).toContain('sync-runner test message');
    expect(received?.url).toBe('/hook');
    if (received !== undefined) expect(messageOf(received)).toMatchObject({ event: 'test' });
    const input = JSON.parse(readFileSync(join(workspace.root, 'message.json'), 'utf8')) as Message;
    expect(input).toMatchObject({ event: 'test', run: null, diagnostics: [] });
    expect(existsSync(workspace.paths.notifications)).toBe(false);
  });

  test('reports which channel failed and why, without secrets', async () => {
    await using workspace = await notified({
      webhook: { url: 'http://127.0.0.1:1/services/secret-part' },
      command: ['true'],
    });
    const { exitCode, stdout, stderr } = await tryOut(workspace);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'command: sent\n' });
    expect(stderr).toMatch(/^webhook: .+\n$/);
    expect(stderr).not.toContain('secret-part');
    const asJson = await tryOut(workspace, ['--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ok: false,
      attempts: [{ channel: 'webhook' }, { channel: 'command', problem: null }],
    });
  });

  test('exits 2 when no channel is configured or a secret is not set', async () => {
    await using none = await notified({});
    expect(await tryOut(none)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'notify has no ping, webhook, email, desktop, command',
      ) as string,
    });
    await using unset = await notified({ webhook: { url: '$NOT_SET_ANYWHERE' } });
    expect(await tryOut(unset)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('$NOT_SET_ANYWHERE is not set') as string,
    });
  });
});
