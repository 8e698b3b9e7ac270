import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { stopAtRandomMoments } from '../helpers/signal-rounds.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe('a stop signal', () => {
  test.each([
    ['SIGTERM', 143, 'run'],
    ['SIGINT', 130, 'run'],
    ['SIGHUP', 129, 'run'],
    ['SIGTERM', 143, 'status'],
    ['SIGTERM', 143, 'doctor'],
  ])(
    '%s before the program is loaded ends it with exit code %i (%s)',
    async (signal, code, word) => {
      await using workspace = await temporaryWorkspace();
      // Loaded before the program, whose listeners are installed when the immediate is called.
      await workspace.write(
        'signal.cjs',
        `setImmediate(() => process.kill(process.pid, '${signal}'));`,
      );
      const env = { NODE_OPTIONS: `--require=${join(workspace.root, 'signal.cjs')}` };
      const result = await runCli([word], { cwd: workspace.root, env });
      expect(result).toMatchObject({ exitCode: code, signal: null });
    },
  );

  // `npm run torture` has the long form. Before the first line of the program and after the exit of Node, the signal
  // itself ends the process, which holds no lock then.
  test.each([
    ['one SIGTERM', 1],
    ['two SIGTERM in a row', 2],
  ] as const)('at 12 random moments (%s) leaves no lock', async (_name, signals) => {
    const { ends, locksLeft } = await stopAtRandomMoments(12, signals);
    process.stdout.write(`${JSON.stringify(ends)}\n`);
    expect(locksLeft).toBe(0);
    expect(Object.keys(ends).filter((end) => !['0', '143', 'SIGTERM'].includes(end))).toEqual([]);
  });
});
