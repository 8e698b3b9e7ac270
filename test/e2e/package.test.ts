import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const project = resolve(import.meta.dirname, '../..');
let dir: string;

// --ignore-scripts: a build here would replace dist while other tests use it.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-package-'));
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', dir];
  execFileSync('npm', pack, { cwd: project });
  const tarball = join(dir, `sync-runner-${packageJson.version}.tgz`);
  const install = ['install', '--global', '--offline', '--silent', '--prefix', dir, tarball];
  execFileSync('npm', install, { cwd: dir });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('package installs without dependencies and sources', () => {
  expect(readdirSync(join(dir, 'lib/node_modules'))).toEqual(['sync-runner']);
  const files = readdirSync(join(dir, 'lib/node_modules/sync-runner'));
  expect(files).not.toContain('node_modules');
  expect(files).not.toContain('src');
});

test('package runs with no other variable than PATH', () => {
  const bin = join(dir, 'bin/sync-runner');
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const options = { env, cwd: dir, encoding: 'utf8' } as const;
  expect(execFileSync(bin, ['--version'], options)).toBe(`${packageJson.version}\n`);
  const out = execFileSync(bin, ['run', '--workspace', join(dir, 'workspace')], options);
  expect(out).toContain('✓ All syncs completed');
});

test('package contains the licenses of bundled dependencies', () => {
  const notices = join(dir, 'lib/node_modules/sync-runner/dist/THIRD-PARTY-NOTICES.txt');
  const text = execFileSync('cat', [notices], { encoding: 'utf8' });
  for (const name of ['commander', 'execa', 'zod', 'proper-lockfile', 'jsonc-parser']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.`, 'm'));
  }
});
