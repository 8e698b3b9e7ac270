import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
  expect(dockerfile).toContain('\nENV HOME=/workspace\n');
  expect(dockerfile).toMatch(/^HEALTHCHECK [^]*"status", "--check"/m);
});
