import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli.ts';
import { temporaryWorkspace } from './workspace.ts';

export interface BitFlipFigures {
  readonly flips: number;
  readonly cacheFiles: readonly string[];
  /** Outputs that differ from those of a run without caches. */
  readonly differences: readonly string[];
}

/**
 * Flips one random bit in every cache file, runs the built program and compares all data files and the output of
 * the commands with those of a run without caches; repeats this until at least `flips` bits were flipped.
 */
export async function flipCacheBits(flips: number): Promise<BitFlipFigures> {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO\n' });
  await alpha.write('lcov.info', lcov);
  const beta = await workspace.gitRepository('code/beta', { 'b.py': '# FIXME\n' });
  await beta.write('new.py', '');
  await workspace.write('.claude/projects/x/1.jsonl', `${usageLine(workspace.root)}\n`);
  const options = {
    cwd: workspace.root,
    env: { CLAUDE_CONFIG_DIR: join(workspace.root, '.claude') },
  };
  const { data } = workspace.paths;
  const cacheDir = join(data, 'cache');
  const outputs = async (): Promise<ReadonlyMap<string, string>> => {
    const { exitCode, stderr } = await runCli(['run'], options);
    const found = new Map([['run', `${String(exitCode)} ${stderr}`]]);
    for (const path of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
      if (!/^(?!sync-status|cache|history\/runs)[\w/.-]+\.(json|jsonl|html)$/.test(path)) continue;
      found.set(path, readFileSync(join(data, path), 'utf8'));
    }
    for (const args of [
      ['projects', '--json'],
      ['projects', 'attention', '--json'],
      ['history', 'projects', '--json'],
    ]) {
      found.set(args.join(' '), (await runCli(args, options)).stdout);
    }
    return found;
  };
  const today = (): string => new Date().toISOString().slice(0, 10);
  const withoutCaches = async (): Promise<ReadonlyMap<string, string>> => {
    rmSync(cacheDir, { recursive: true, force: true });
    return outputs();
  };
  // A result is not stored while a file is so new that a change could go unnoticed.
  const isStored = (sync: string): boolean => existsSync(join(cacheDir, `${sync}-result.bin`));
  do await outputs();
  while (!['projects', 'quality', 'tokens'].every(isStored));
  let day = today();
  let expected = await withoutCaches();
  const cacheFiles = readdirSync(cacheDir).toSorted();
  const differences: string[] = [];
  let count = 0;
  while (count < flips) {
    const flipped = readdirSync(cacheDir).map((name) => {
      const bytes = readFileSync(join(cacheDir, name));
      const bit = Math.floor(Math.random() * bytes.length * 8);
      const offset = Math.floor(bit / 8);
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (bit % 8));
      writeFileSync(join(cacheDir, name), bytes);
      return `bit ${String(bit)} of ${name}`;
    });
    count += flipped.length;
    const actual = await outputs();
    if (today() !== day) {
      // A new day adds a point to the trends.
      day = today();
      expected = await withoutCaches();
      continue;
    }
    for (const name of new Set([...expected.keys(), ...actual.keys()])) {
      if (actual.get(name) === expected.get(name)) continue;
      differences.push(`${name} after ${flipped.join(', ')}`);
    }
  }
  return { flips: count, cacheFiles, differences };
}

const lcov = 'TN:\nSF:a.ts\nDA:1,1\nLF:1\nLH:1\nend_of_record\n';

const usageLine = (cwd: string): string =>
  JSON.stringify({
    type: 'assistant',
    timestamp: '2026-11-23T08:00:00.000Z',
    sessionId: '1',
    cwd: join(cwd, 'code/alpha'),
    requestId: 'r1',
    message: {
      id: 'm1',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      usage: { input_tokens: 10, output_tokens: 20 },
    },
  });
