import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const project = resolve(import.meta.dirname, '../..');
let folder: string;

// The build has run before the tests; building again here would pull dist from under them.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-runner-package-'));
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  execFileSync('npm', pack, { cwd: project });
  const tarball = join(folder, `sync-runner-${packageJson.version}.tgz`);
  const install = ['install', '--global', '--offline', '--silent', '--prefix', folder, tarball];
  execFileSync('npm', install, { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the packed tarball installs as one package', () => {
  expect(readdirSync(join(folder, 'lib/node_modules'))).toEqual(['sync-runner']);
  const files = readdirSync(join(folder, 'lib/node_modules/sync-runner'));
  expect(files).not.toContain('node_modules');
  expect(files).not.toContain('src');
});

test('the installed program runs with only PATH set', () => {
  const bin = join(folder, 'bin/sync-runner');
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const options = { env, cwd: folder, encoding: 'utf8' } as const;
  expect(execFileSync(bin, ['--version'], options)).toBe(`${packageJson.version}\n`);
  const out = execFileSync(bin, ['run', '--workspace', join(folder, 'workspace')], options);
  expect(out).toContain('✓ All syncs completed');
});

test('the package carries the licences of what is bundled', () => {
  const notices = join(folder, 'lib/node_modules/sync-runner/dist/THIRD-PARTY-NOTICES.txt');
  const text = execFileSync('cat', [notices], { encoding: 'utf8' });
  for (const name of ['commander', 'execa', 'zod', 'proper-lockfile', 'jsonc-parser']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.`, 'm'));
  }
});
