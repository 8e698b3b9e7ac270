import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Scenario } from '../helpers/project-scenario.ts';
import { randomFrom } from '../helpers/random.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** To repeat a failure or to run another sequence: `SEED=7 npx vitest run test/e2e/projects-random.test.ts`. */
const seed = Number(process.env['SEED'] ?? 20261123);
const steps = 20;

const events = [
  'create',
  'create',
  'move',
  'move',
  'remove',
  'cloneOrCopy',
  'commit',
  'edit',
  'edit',
  'unmount',
] as const;

test(
  'run keeps user fields and the identity of every project through 20 random events',
  { timeout: 600_000 },
  async () => {
    await using workspace = await temporaryWorkspace({ projects: { roots: ['one', 'two'] } });
    await mkdir(join(workspace.root, 'one'));
    await mkdir(join(workspace.root, 'two'));
    const random = randomFrom(seed);
    const scenario = new Scenario(workspace, random);
    const runAndCompare = async (): Promise<void> => {
      const { result, expected, actual } = await scenario.run();
      expect(result.exitCode, result.stderr).toBe(0);
      expect(actual).toEqual(expected);
    };
    try {
      // Both roots need several projects: an empty root counts as unmounted.
      for (let count = 0; count < 8; count += 1) await scenario.create();
      await runAndCompare();
      for (let step = 0; step < steps; step += 1) {
        await scenario[events[random(events.length)] ?? 'edit']();
        await runAndCompare();
        if (await scenario.remount()) await runAndCompare();
      }
      const { text, projects } = await scenario.registry();
      await runAndCompare();
      expect((await scenario.registry()).text).toBe(text);

      const { last, repeated } = await readHistory(workspace);
      expect(repeated).toEqual([]);
      expect(last).toEqual(
        Object.fromEntries(
          projects.map(({ id, state, lastSeen, git: facts }) => [
            id,
            { state, head: lastSeen === null ? (facts?.lastCommit?.hash ?? null) : null },
          ]),
        ),
      );
    } catch (error) {
      throw new Error(`SEED=${String(seed)}\n${scenario.log.slice(-12).join('\n')}`, {
        cause: error,
      });
    }
  },
);

/** Returns the last values of each project, and the lines that repeat the previous line of the same day. */
async function readHistory(workspace: TemporaryWorkspace) {
  const dir = workspace.paths.historyDir('projects');
  const repeated: string[] = [];
  const latest = new Map<string, { day: string; values: string }>();
  const last: Record<string, { state: unknown; head: unknown }> = {};
  for (const name of (await readdir(dir)).sort()) {
    for (const line of (await readFile(join(dir, name), 'utf8')).trimEnd().split('\n')) {
      const { run = '', key = '', ...rest } = JSON.parse(line) as Record<string, string>;
      const [day, values] = [run.slice(0, 10), JSON.stringify(rest)];
      const previous = latest.get(key);
      if (previous?.day === day && previous.values === values) repeated.push(line);
      latest.set(key, { day, values });
      last[key] = { state: rest['state'], head: rest['head'] };
    }
  }
  return { last, repeated };
}
