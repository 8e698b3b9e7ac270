import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { mailServer } from '../helpers/mail-server.ts';
import { isMissing } from '../helpers/scheduler-namespace.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const email = { to: ['ada@example.com', 'root'], from: 'sync@example.com' };

const mailWorkspace = (options: object = email): Promise<TemporaryWorkspace> =>
  temporaryWorkspace({ projects: { roots: ['code'] }, notify: { email: options } });

/** Runs the program with `bin/` of the workspace as the first directory of PATH. */
const cli = (
  { root }: TemporaryWorkspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> => {
  const PATH = `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`;
  return runCli(args, { cwd: root, env: { PATH, HOME: root, LOGNAME: 'ada', ...env } });
};

/** Installs a `sendmail` that stores its arguments and its input. */
async function storeMail(workspace: TemporaryWorkspace, end = 'exit 0'): Promise<void> {
  const script = `#!/bin/sh\necho "$@" > ../args\ncat > ../mail\n${end}\n`;
  await workspace.write('bin/sendmail', script.replaceAll('../', `${workspace.root}/`));
  await chmod(join(workspace.root, 'bin/sendmail'), 0o755);
}

const parsed = (mail: string): { headers: ReadonlyMap<string, string>; body: string } => {
  const [head = '', ...rest] = mail.split('\n\n');
  const lines = head.replace(/\n[ \t]/g, ' ').split('\n');
  const headers = lines.map((line) => {
    const [, name = '', value = ''] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? [];
    return [name.toLowerCase(), value] as const;
  });
  return { headers: new Map(headers), body: rest.join('\n\n') };
};

describe('email', () => {
  test('is a message with headers for sendmail -i -t', async () => {
    await using workspace = await mailWorkspace();
    await storeMail(workspace);
    expect(await cli(workspace, ['notify-test'])).toMatchObject({
      ...{ exitCode: 0, stderr: '', stdout: 'email: sent\n' },
    });
    expect(await readFile(join(workspace.root, 'args'), 'utf8')).toBe('-i -t\n');
    const { headers, body } = parsed(await readFile(join(workspace.root, 'mail'), 'utf8'));
    expect(headers.get('from')).toBe('sync-runner <sync@example.com>');
    expect(headers.get('to')).toBe('ada@example.com, root');
    expect(headers.get('subject')).toMatch(/^sync-runner test message on /);
    expect(headers.get('date')).toMatch(
      /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000$/,
    );
    expect(headers.get('message-id')).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(body).toBe(`workspace ${workspace.root}\n`);
  });

  test('encodes what is not ASCII, and data from projects can not add a header', async () => {
    // The name of the workspace is in the body, and a failure quotes a path of a project.
    await using workspace = await mailWorkspace({ to: ['ada@example.com'] });
    await storeMail(workspace);
    await workspace.write('data/projects.json', '{ "häß\\nBcc: eve@example.com\\n.\\n');
    expect((await cli(workspace, ['run'])).exitCode).toBe(1);
    const mail = await readFile(join(workspace.root, 'mail'), 'utf8');
    for (const line of mail.split('\n')) expect(line.length).toBeLessThanOrEqual(998);
    const { headers, body } = parsed(mail);
    expect([...headers.keys()].sort()).toEqual(
      ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from']
        .concat(['message-id', 'mime-version', 'subject', 'to'])
        .sort(),
    );
    expect(headers.get('from')).toMatch(/^sync-runner <ada@[A-Za-z0-9.-]+>$/);
    const text =
      headers.get('content-transfer-encoding') === 'base64'
        ? Buffer.from(body, 'base64').toString('utf8')
        : body;
    expect(text).toContain('projects.json:1:');
  });

  test('reports the reason of sendmail, and sends again what it refused', async () => {
    await using workspace = await mailWorkspace();
    await storeMail(workspace, 'echo "451 greylisted" >&2; exit 75');
    const { exitCode, stderr } = await cli(workspace, ['notify-test']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^email: \S+\/sendmail exited with 75: 451 greylisted\n$/);
    await workspace.write('data/projects.json', '{');
    await cli(workspace, ['run']);
    await storeMail(workspace);
    await cli(workspace, ['run']);
    expect(await readFile(join(workspace.root, 'mail'), 'utf8')).toContain(
      'Subject: sync-runner failed on ',
    );
  });

  test.each([
    ['ada@example.com\\nBcc: eve@example.com'],
    ['-oQ/tmp/x'],
    ['|/bin/sh'],
    ['ada@example.com, eve@example.com'],
  ])('rejects the recipient %s with one line', async (recipient) => {
    await using workspace = await temporaryWorkspace();
    const config = `{ "notify": { "email": { "to": ["${recipient}"] } } }`;
    await workspace.write('data/config/sync.json', config);
    const { exitCode, stderr } = await cli(workspace, ['notify-test']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('notify.email.to[0]: this value is not a mail address');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  test.skipIf(isMissing('msmtp'))(
    'arrives by SMTP through msmtp (skipped without msmtp)',
    async () => {
      await using server = await mailServer();
      await using workspace = await mailWorkspace();
      await mkdir(join(workspace.root, 'bin'));
      const [msmtp = ''] = execFileSync('which', ['msmtp'], { encoding: 'utf8' }).split('\n');
      await symlink(msmtp, join(workspace.root, 'bin/sendmail'));
      const settings = ['host 127.0.0.1', `port ${String(server.port)}`, 'from sync@example.com'];
      await workspace.write('.msmtprc', `account default\n${settings.join('\n')}\n`);
      await chmod(join(workspace.root, '.msmtprc'), 0o600);
      expect(await cli(workspace, ['notify-test'])).toMatchObject({ exitCode: 0, stderr: '' });
      expect(server.received).toMatchObject([
        { from: 'sync@example.com', to: ['ada@example.com', 'root'] },
      ]);
      expect(server.received[0]?.data).toContain(`\r\n\r\nworkspace ${workspace.root}`);
    },
  );
});
