import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'rolldown';
import { expect, test } from 'vitest';
import { temporaryDir } from '../fixtures.ts';

/** Returns why a small disk can't be mounted here, or null if it can. */
function reasonToSkip(): string | null {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt'], {
      stdio: 'pipe',
    });
    return null;
  } catch {
    return 'skipped: mounting a small disk takes root on Linux';
  }
}

interface Outcome {
  readonly outcome: string;
  readonly intact: boolean;
  readonly size: number;
  readonly remaining: readonly string[];
  readonly next: string;
}

const reason = reasonToSkip();

test.skipIf(reason !== null)(
  `a run on a full disk stores the old data or the new, complete, with any number of free blocks ${reason ?? ''}`.trim(),
  async () => {
    await using dir = await temporaryDir();
    const program = join(dir.path, 'run.cjs');
    await build({
      input: join(import.meta.dirname, 'full-disk-run.ts'),
      platform: 'node',
      resolve: { mainFields: ['module', 'main'] },
      transform: { target: 'node20' },
      output: { file: program, format: 'cjs', codeSplitting: false },
      logLevel: 'warn',
    });
    const script = 'mount -t tmpfs -o size=600k tmpfs /mnt && exec "$0" "$1" /mnt';
    const output = execFileSync('unshare', ['-m', 'sh', '-c', script, process.execPath, program], {
      encoding: 'utf8',
    });
    const outcomes = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    expect(outcomes.length).toBe(60);
    for (const { outcome, intact, size, remaining, next } of outcomes) {
      if (outcome === 'saved') expect(size).toBe(40_000);
      else {
        expect(outcome).toMatch(
          /^io (projects\.json|history\/\S+|cache\/\S+|sync-status\.json|\S*COMMIT): no space left on the device \(ENOSPC\)$/,
        );
        if (/projects\.json|history\/projects/.test(outcome)) expect(intact).toBe(true);
      }
      expect([20_000, 40_000]).toContain(size);
      expect({ remaining, next }).toEqual({ remaining: [], next: 'saved' });
    }
    expect(outcomes.filter(({ outcome }) => outcome === 'saved').length).toBeGreaterThan(5);
    expect(outcomes.filter(({ outcome }) => outcome !== 'saved').length).toBeGreaterThan(5);
  },
);
