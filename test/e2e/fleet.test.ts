import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { FleetWorkspace, storedSums } from '../helpers/fleet-workspace.ts';
import { listen } from '../helpers/listen.ts';
import { startPostgres, type TestDatabase, type TestPostgres } from '../helpers/postgres.ts';
import { startProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';

let certificates: string;
let server: TestPostgres;
let proxy: TcpProxy;
let database: TestDatabase;
const workspaces: FleetWorkspace[] = [];

beforeAll(async () => {
  certificates = createCertificates();
  server = await startPostgres(undefined, [
    'ssl=on',
    `ssl_cert_file=${join(certificates, 'server.crt')}`,
    `ssl_key_file=${join(certificates, 'server.key')}`,
  ]);
  proxy = await startProxy(server.port);
  database = await server.createDatabase();
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(certificates, { recursive: true });
});

let seed = 200;
function newWorkspace(fleet: object = {}): FleetWorkspace {
  seed += 1;
  const workspace = new FleetWorkspace({ seed, projects: 3, days: 4 });
  workspaces.push(workspace);
  workspace.configure({ url: '$FLEET_URL', name: `host-${String(seed)}`, ...fleet });
  return workspace;
}

/** Runs a command of a workspace; by default with the URL of a writer through the proxy. */
const command = (
  workspace: FleetWorkspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> =>
  runCli([...args, '--workspace', workspace.root], {
    env: { FLEET_URL: database.url('writer', proxy.port), ...env },
  });

/** Creates an authority and a certificate for localhost, readable by the server. */
function createCertificates(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sync-runner-tls-'));
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Fleet CA');
  const forServer = [
    '-keyout',
    'server.key',
    '-subj',
    '/CN=db',
    '-addext',
    'subjectAltName=DNS:localhost',
  ];
  openssl(
    'req',
    '-x509',
    ...key,
    ...forServer,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-out',
    'server.crt',
  );
  chmodSync(dir, 0o755);
  chmodSync(join(dir, 'server.key'), 0o600);
  if (process.getuid?.() === 0) chownSync(join(dir, 'server.key'), 65534, 65534);
  return dir;
}

test('run publishes after the lock is released, and a failure is one warning with exit code 0', async () => {
  const workspace = newWorkspace({ timeoutSeconds: 1 });
  const modes = ['refuse', 'swallow'] as const;
  for (const mode of modes) {
    proxy.mode = mode;
    const { exitCode, stderr } = await command(workspace, ['run', '--only', 'quality']);
    expect(exitCode).toBe(0);
    expect(stderr.match(/fleet/g)).toHaveLength(2);
    expect(stderr).toMatch(/! fleet: the fleet's database (?:can't be reached|did not respond)/);
  }
  proxy.mode = 'pass';
  workspace.configure({ url: '$FLEET_URL', name: `host-${String(seed)}`, timeoutSeconds: 60 });
  expect(await command(workspace, ['run', '--only', 'quality'])).toMatchObject({ exitCode: 0 });
  const stored = await storedSums(database, workspace.identity().id);
  expect(stored).toEqual(workspace.expected());
  expect(
    await database.value(
      `SELECT outcome FROM sync_runner.hosts WHERE name = 'host-${String(seed)}'`,
    ),
  ).toBe('success');
  proxy.connections = 0;
  await command(workspace, ['run', '--only', 'quality']);
  expect(proxy.connections).toBe(0);
});

test('publish --dry-run --json shows no path, subject, author or field of the user unless they are shared', async () => {
  const workspace = newWorkspace();
  const hidden = await command(workspace, ['publish', '--dry-run', '--json']);
  const { host, pushes } = JSON.parse(hidden.stdout) as {
    readonly host: { readonly secret: string };
    readonly pushes: readonly { readonly projects: { readonly put: readonly object[] } }[];
  };
  expect(host.secret).toBe('***');
  expect(pushes[0]?.projects.put).toHaveLength(3);
  const secrets = ['secret-place', 'First commit', 'Ada Example', 'Initech', 'permission denied'];
  for (const text of secrets) expect(hidden.stdout).not.toContain(text);
  expect(readdirSync(workspace.paths.data)).not.toContain('fleet.json');

  workspace.configure({
    url: '$FLEET_URL',
    share: ['paths', 'commits', 'fields'],
    hideProjects: ['project-1'],
  });
  const shared = await command(workspace, ['publish', '--dry-run', '--json']);
  for (const text of secrets) expect(shared.stdout).toContain(text);
  expect(shared.stdout).not.toContain('"project-1"');
  expect(shared.stdout).toContain('"scope":""');
});

test('publish verifies the certificate of the database and never falls back to an unencrypted connection', async () => {
  const workspace = newWorkspace();
  const url = (host: string, parameters = ''): string =>
    database.url('writer', server.port).replace('127.0.0.1', host) + parameters;
  const ca = join(certificates, 'ca.crt');
  const attempt = (fleetUrl: string): Promise<CliResult> =>
    command(workspace, ['publish'], { FLEET_URL: fleetUrl });
  expect(await attempt(url('localhost', '?sslmode=verify-full'))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /^error: the certificate of localhost can't be verified \([A-Z_]+\)\n {2}fix: name/,
    ) as string,
  });
  expect((await attempt(url('localhost', '?sslmode=require'))).stderr).toContain(
    'sslmode=require would not verify',
  );
  workspace.configure({ url: '$FLEET_URL', name: 'tls', ca });
  const withoutTls = createServer((socket) => {
    socket.once('data', () => socket.write('N'));
  });
  const port = String(await listen(withoutTls));
  const unprotected = await attempt(
    url('localhost').replace(`:${String(server.port)}/`, `:${port}/`),
  );
  withoutTls.close();
  expect(unprotected).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('localhost does not offer TLS') as string,
  });
  expect((await attempt(url('127.0.0.1'))).stderr).toContain('(ERR_TLS_CERT_ALTNAME_INVALID)');
  expect(await attempt(url('localhost'))).toMatchObject({ exitCode: 0 });
  await expect(
    database.value("SELECT count(*) FROM sync_runner.host WHERE name = 'tls'"),
  ).resolves.toBe('1');
});

test('publish names the problem without the password when the database refuses the role', async () => {
  const workspace = newWorkspace();
  const wrong = database.url('writer').replace(/:[^:@]*@/, ':top-secret-word@');
  const result = await command(workspace, ['publish'], { FLEET_URL: wrong });
  expect(result).toMatchObject({
    exitCode: 2,
    stderr: 'error: the database refused the password of writer\n  fix: check $FLEET_URL\n',
  });
  expect(readFileSync(workspace.paths.fleet, 'utf8')).not.toContain('top-secret-word');
  const { stdout } = await command(workspace, ['status']);
  expect(stdout).toContain('the database refused the password of writer');
  const closed = wrong.replace(/:\d+\/.*/, ':1/fleet');
  expect(await command(workspace, ['publish'], { FLEET_URL: closed })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("can't be reached (ECONNREFUSED)") as string,
  });
});

test('fleet shows hosts, costs and projects to readers, and its owner migrates, forgets and prunes', async () => {
  const fresh = await server.createDatabase();
  await fresh.sql('DROP SCHEMA sync_runner CASCADE');
  const workspace = newWorkspace({ team: 'platform' });
  const admin = { SYNC_RUNNER_FLEET_ADMIN_URL: fresh.url('owner') };
  const reader = {
    SYNC_RUNNER_FLEET_READER_URL: fresh.url('reader'),
    FLEET_URL: fresh.url('writer'),
  };
  expect((await command(workspace, ['publish'], reader)).stderr).toContain(
    '`sync-runner fleet migrate`',
  );
  const migrate = ['fleet', 'migrate', '--writer', 'writer', '--reader', 'reader'];
  expect((await command(workspace, migrate, admin)).stdout).toBe(
    'The schema was raised to version 1; rights granted: writer writer, reader reader\n',
  );
  expect(await command(workspace, ['publish'], reader)).toMatchObject({ exitCode: 0 });
  const shown = await command(workspace, ['fleet'], reader);
  expect(shown.stdout).toMatch(new RegExp(`^host\thost-${String(seed)}\tplatform\tno run\t`));
  expect(shown.stdout).toMatch(/^project\tproject-\d\tgithub.com\/acme\/repo-\d\t/m);
  expect((await command(workspace, ['fleet', '--check'], reader)).exitCode).toBe(0);
  await fresh.sql("UPDATE sync_runner.host SET last_push = now() - interval '1 day'");
  expect((await command(workspace, ['fleet', '--check', '--json'], reader)).exitCode).toBe(1);
  const closed = { SYNC_RUNNER_FLEET_READER_URL: fresh.url('reader', 1) };
  expect(await command(workspace, ['fleet'], closed)).toMatchObject({
    exitCode: 1,
    stderr:
      "error: the fleet's database can't be reached (ECONNREFUSED)\n" +
      '  fix: check SYNC_RUNNER_FLEET_READER_URL, and that the database runs on 127.0.0.1, port 1\n',
  });
  const asWriter = await command(workspace, ['fleet'], { FLEET_URL: fresh.url('writer') });
  expect(asWriter.stderr).toContain('SYNC_RUNNER_FLEET_READER_URL');

  const pruned = await command(workspace, ['fleet', 'prune', '--keep', '1d', '--json'], admin);
  expect(JSON.parse(pruned.stdout)).toMatchObject({ deleted: expect.any(Number) as number });
  const name = `host-${String(seed)}`;
  expect((await command(workspace, ['fleet', 'forget', name], admin)).exitCode).toBe(0);
  expect(await fresh.value('SELECT count(*) FROM sync_runner.host')).toBe('0');
  expect((await command(workspace, ['fleet', 'forget', name], admin)).exitCode).toBe(2);
});

test('the client of the database is loaded by no other file than the one that connects', async () => {
  const dist = resolve(import.meta.dirname, '../../dist');
  const files = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
  const withClient = files.filter((name) =>
    readFileSync(join(dist, name), 'utf8').includes('SCRAM-SERVER-FIRST-MESSAGE'),
  );
  expect(withClient).toHaveLength(1);
  const workspace = newWorkspace();
  await command(workspace, ['publish']);
  const trace = join(workspace.root, 'trace.cjs');
  workspace.write(
    'trace.cjs',
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(`${trace}.out`)}, Object.keys(require.cache).join('\\n')))`,
  );
  const loadsClient = async (...args: readonly string[]): Promise<boolean> => {
    await command(workspace, args, { NODE_OPTIONS: `--require ${trace}` });
    return readFileSync(`${trace}.out`, 'utf8').includes(withClient[0] ?? '');
  };
  expect(await loadsClient('status')).toBe(false);
  expect(await loadsClient('publish')).toBe(false);
  workspace.run();
  expect(await loadsClient('publish')).toBe(true);
});
