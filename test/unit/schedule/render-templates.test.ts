import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { artifactBytes } from '../../../src/schedule/install/apply-steps.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { renderTemplates } from '../../../src/schedule/render-templates.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { exampleHost, exampleJob } from './examples.ts';

const project = resolve(import.meta.dirname, '../../..');
const deploy = join(project, 'deploy');
const templates = renderTemplates(await readConfig(workspaceAt(project)));

describe('renderTemplates', () => {
  test.each(templates)('renders deploy/$path as it is committed', async (artifact) => {
    const file = join(deploy, artifact.path);
    // Snapshots are text; the file contains the bytes that the scheduler reads.
    if (artifact.encoding === 'utf8') await expect(artifact.text).toMatchFileSnapshot(file);
    else expect((await readFile(file)).equals(artifactBytes(artifact))).toBe(true);
  });

  test('renders every file in deploy/ except those of the fleet and the README', () => {
    const files = readdirSync(deploy, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\/(grafana|duckdb)$/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name));
    const expected = [...templates.map(({ path }) => path), 'README.md'];
    expect(files.toSorted()).toEqual(expected.map((path) => join(deploy, path)).toSorted());
  });

  test('renders no user, host, date or path of this machine', () => {
    for (const { text } of templates) {
      expect(text).not.toContain(project);
      expect(text).not.toMatch(/\/home\/|\/root|\/Users\/|<UserId>|\b20(?!24-01-01T)\d\d-\d\d/);
    }
  });
});

describe.each(Object.values(schedulers))('scheduler $name', (scheduler) => {
  const written = scheduler
    .install(exampleJob, exampleHost)
    .flatMap((step) => (step.type === 'write' ? [step.artifact.path] : []));

  test('removes every file that it writes when it is uninstalled', () => {
    const removed = scheduler
      .uninstall(exampleJob, exampleHost)
      .flatMap((step) => (step.type === 'remove' ? [step.path] : []));
    expect(removed).toEqual(expect.arrayContaining(written));
  });

  test('renders the files that it writes', () => {
    const rendered = scheduler.render(exampleJob, exampleHost).map(({ path }) => path);
    expect(rendered).toEqual(expect.arrayContaining(written));
  });

  test('writes different files for different workspaces', () => {
    const other = { ...exampleJob, id: 'sync-runner-12345678' };
    const paths = scheduler.render(other, exampleHost).map(({ path }) => path);
    expect(paths.filter((path) => written.includes(path))).toEqual([]);
  });
});
