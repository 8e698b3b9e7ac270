import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe('data that is nested too deeply', () => {
  test.each([5000, 1_000_000])(
    'run exits 1 with one line and leaves the registry unchanged when a field of the user has %i levels',
    async (depth) => {
      await using workspace = await temporaryWorkspace();
      const registry = `{"schemaVersion":1,"mine":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      await workspace.write('data/projects.json', registry);
      const { exitCode, stdout, stderr } = await runCli(['run', '-w', workspace.root]);
      expect(exitCode).toBe(1);
      const output = `${stdout}${stderr}`;
      expect(output).toMatch(/data\/projects\.json: is nested too deeply/);
      expect(output).not.toMatch(/RangeError|^ {4}at /m);
      expect(await readFile(join(workspace.root, 'data/projects.json'), 'utf8')).toBe(registry);
    },
  );

  test('run reports and keeps a history line with 20,000 levels', async () => {
    await using workspace = await temporaryWorkspace();
    const month = `data/history/projects/projects-${new Date().toISOString().slice(0, 7)}.jsonl`;
    const deep = `{"run":"2026-01-01T00:00:00.000Z","key":"a\\u0062","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    await workspace.write(month, `${deep}\n`);
    await workspace.write('code/a/package.json', '{"name":"a"}');
    for (const args of [['run'], ['history'], ['status'], ['doctor']]) {
      const { stdout, stderr } = await runCli([...args, '-w', workspace.root]);
      expect(`${stdout}${stderr}`).not.toMatch(/RangeError|^ {4}at /m);
    }
    expect(await readFile(join(workspace.root, month), 'utf8')).toContain(deep);
  });
});
