import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe('a configuration that is nested too deeply', () => {
  test.each([
    [257, '['],
    [5000, '{"projects":'],
    [300_000, '['],
    [150_000, '{"a":'],
  ])('exits 2 with one line when it has %i levels of %s', async (depth, open) => {
    await using workspace = await temporaryWorkspace();
    const close = open.startsWith('[') ? ']' : '}';
    await workspace.write('data/config/sync.json', `${open.repeat(depth)}1${close.repeat(depth)}`);
    for (const command of ['run', 'status', 'doctor']) {
      const { exitCode, stdout, stderr } = await runCli([command, '-w', workspace.root]);
      expect(exitCode).toBe(command === 'doctor' ? 1 : 2);
      expect(`${stdout}${stderr}`).toMatch(/data\/config\/sync\.json: nested too deeply$/m);
      expect(`${stdout}${stderr}`).not.toMatch(/^ {4}at |RangeError/m);
    }
  });
});
