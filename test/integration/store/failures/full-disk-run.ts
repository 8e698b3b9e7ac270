import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCommit } from '../../../../src/store/commit.ts';
import { openStore } from '../../../../src/store/store.ts';
import { workspaceAt } from '../../../../src/config/workspace.ts';
import { entriesOf, projectOf, registryOf, runOutputOf } from '../fixtures.ts';

/**
 * Makes runs on a small disk (the first argument) with 0 to 59 free blocks. Prints the outcome of each as a
 * line of JSON.
 */
async function main(root: string): Promise<void> {
  for (let freeBlocks = 0; freeBlocks < 60; freeBlocks += 1) {
    const workspace = workspaceAt(root);
    const stage = join(workspace.lock, 'own.1', 'stage');
    await mkdir(stage, { recursive: true });
    const run = async (at: string, size: number): Promise<string> => {
      try {
        const store = openStore(workspace);
        await store.readSnapshot('projects');
        const snapshot = registryOf([projectOf('a', { description: 'x'.repeat(size) })], at);
        const entries = entriesOf(snapshot);
        await store.saveSync(stage, 'projects', { run: at, snapshot, entries });
        await store.saveRun(stage, runOutputOf(at));
        return 'saved';
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return `${code} ${message.replace(`${workspace.data}/`, '')}`;
      }
    };
    await run('2026-11-22T08:00:00.000Z', 20_000);
    const before = await readFile(workspace.snapshot('projects'), 'utf8');
    const { bavail, bsize } = await statfs(root);
    await writeFile(join(root, 'filler'), Buffer.alloc((bavail - freeBlocks) * bsize));
    const outcome = await run('2026-11-23T08:00:00.000Z', 40_000);
    const after = await readFile(workspace.snapshot('projects'), 'utf8');
    const remaining = [...(await readdir(stage)), ...(hasCommit(stage) ? ['pending'] : [])];
    await rm(join(root, 'filler'));
    const next = await run('2026-11-23T09:00:00.000Z', 40_000);
    const size = (JSON.parse(after) as { projects: { description: string }[] }).projects[0]
      ?.description.length;
    process.stdout.write(
      `${JSON.stringify({ outcome, intact: after === before, size, remaining, next })}\n`,
    );
    await rm(workspace.data, { recursive: true });
  }
}

void main(String(process.argv[2]));
