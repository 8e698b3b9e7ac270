import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const project = resolve(import.meta.dirname, '../..');
const canLint =
  spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error === undefined || 'CI' in process.env;
let dir: string;
let packed: Packed;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

// --ignore-scripts: a build here would replace dist while other tests use it.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-package-'));
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', dir];
  const output = execFileSync('npm', pack, { cwd: project, encoding: 'utf8' });
  packed = (JSON.parse(output) as [Packed])[0];
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

test('package has less than 700 KB, and its program less than 1.45 MB without source maps', () => {
  expect(packed.size).toBeLessThan(700_000);
  const program = packed.files.filter(({ path }) => path.startsWith('dist/'));
  expect(program.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(1_450_000);
  expect(packed.files.filter(({ path }) => path.endsWith('.map'))).toEqual([]);
});

test('package contains the documentation, the schemas, the types and the manual page', () => {
  const names = packed.files.map(({ path }) => path);
  for (const name of [
    ...['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'docs/data-contract.md'],
    ...['docs/diagnostics.md', 'docs/upgrading.md', 'docs/network.md', 'docs/recipes/README.md'],
    ...['data/schema/config.schema.json', 'types/index.d.ts', 'man/sync-runner.1'],
  ]) {
    expect(names).toContain(name);
  }
});

test.skipIf(!canLint)('the manual page has no errors or warnings (skipped without mandoc)', () => {
  const lint = ['-T', 'lint', '-W', 'warning', join(project, 'man/sync-runner.1')];
  // The page has no date, so that it changes only with the commands.
  const output = execFileSync('sh', ['-c', 'mandoc "$@" || true', 'sh', ...lint], {
    encoding: 'utf8',
  });
  expect(output.split('\n').filter((line) => !/missing date|^$/.test(line))).toEqual([]);
});

test('package has links to its source and runs no script of its own when it is installed', () => {
  const manifest = JSON.parse(
    readFileSync(join(dir, 'lib/node_modules/sync-runner/package.json'), 'utf8'),
  ) as typeof packageJson;
  expect(manifest.repository.url).toMatch(/^git\+https:/);
  expect(manifest.bugs).toMatch(/^https:/);
  expect(manifest.homepage).toMatch(/^https:/);
  for (const name of ['prepare', 'preinstall', 'install', 'postinstall']) {
    expect(manifest.scripts).not.toHaveProperty(name);
  }
});
