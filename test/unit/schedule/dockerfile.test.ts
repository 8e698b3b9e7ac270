import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { kubernetes } from '../../../src/schedule/schedulers/kubernetes.ts';
import { exampleHost, exampleJob } from './examples.ts';

const project = resolve(import.meta.dirname, '../../..');

test('Dockerfile installs the program where the CronJob starts it, as the same user and in the same workspace', async () => {
  const dockerfile = await readFile(join(project, 'Dockerfile'), 'utf8');
  const [cronJob] = kubernetes.render(exampleJob, exampleHost);
  const manifest = cronJob?.text ?? '';
  expect(manifest).toContain('- /usr/local/lib/node_modules/sync-runner/bin/sync-runner.cjs\n');
  expect(dockerfile).toMatch(
    /^COPY --from=build \S+ \/usr\/local\/lib\/node_modules\/sync-runner$/m,
  );
  expect(manifest).toContain('runAsUser: 1000\n');
  expect(dockerfile).toContain('\nUSER 1000:1000\n');
  expect(manifest).toContain('mountPath: /workspace\n');
  expect(dockerfile).toContain('\nENV HOME=/workspace SYNC_RUNNER_WORKSPACE=/workspace\n');
  expect(dockerfile).toMatch(/^HEALTHCHECK [^]*"status", "--check"/m);
});

test('Dockerfile has no error or warning of the linter of Docker', async () => {
  const dockerfile = await readFile(join(project, 'Dockerfile'), 'utf8');
  expect(validate(dockerfile)).toEqual([]);
  expect(validate(dockerfile.replace('HEALTHCHECK --interval', 'HEALTHCHECK --every'))).toEqual([
    expect.objectContaining({ message: 'Unknown flag: every' }),
  ]);
});

test('.dockerignore excludes no file that the build or the package needs', async () => {
  const text = await readFile(join(project, '.dockerignore'), 'utf8');
  const included = text.split('\n').filter((line) => line.startsWith('!'));
  const { files } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
    readonly files: readonly string[];
  };
  const packed = files.filter((name) => !name.startsWith('!') && name !== 'dist');
  const build = 'build.mjs package.json package-lock.json .npmrc src tsconfig.json'.split(' ');
  expect(included.toSorted()).toEqual(
    [...packed, ...build, 'README.md', 'LICENSE'].map((name) => `!${name}`).toSorted(),
  );
});
