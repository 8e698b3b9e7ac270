import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'tsup';
import { expect, test } from 'vitest';
import { temporaryFolder } from './fixtures.ts';

/** Why no small disk can be had here; null where it can. */
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
  readonly left: readonly string[];
  readonly next: string;
}

const reason = reasonToSkip();

test.skipIf(reason !== null)(
  `a disk with any number of free blocks keeps the old data or takes the new, never less ${reason ?? ''}`.trim(),
  async () => {
    await using folder = await temporaryFolder();
    await build({
      entry: { run: join(import.meta.dirname, 'full-disk-run.ts') },
      outDir: folder.path,
      format: 'cjs',
      noExternal: [/.*/],
      config: false,
      silent: true,
    });
    const script = 'mount -t tmpfs -o size=600k tmpfs /mnt && exec "$0" "$1" /mnt';
    const program = join(folder.path, 'run.cjs');
    const output = execFileSync('unshare', ['-m', 'sh', '-c', script, process.execPath, program], {
      encoding: 'utf8',
    });
    const outcomes = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    expect(outcomes.length).toBe(60);
    for (const { outcome, intact, size, left, next } of outcomes) {
      if (outcome === 'saved') expect(size).toBe(40_000);
      else {
        expect(outcome).toMatch(
          /^io (projects\.json|history\/\S+|cache\/\S+|sync-status\.json|\S*COMMIT): no space left on the device \(ENOSPC\)$/,
        );
        if (/projects\.json|history\/projects/.test(outcome)) expect(intact).toBe(true);
      }
      expect([20_000, 40_000]).toContain(size);
      expect({ left, next }).toEqual({ left: [], next: 'saved' });
    }
    expect(outcomes.filter(({ outcome }) => outcome === 'saved').length).toBeGreaterThan(5);
    expect(outcomes.filter(({ outcome }) => outcome !== 'saved').length).toBeGreaterThan(5);
  },
);
