import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Writes realistic logs and their exact sums. */
const script = resolve(import.meta.dirname, '../../../../bench/generate-claude-logs.mjs');

export interface Sums {
  readonly in: number;
  readonly out: number;
  readonly cw5m: number;
  readonly cw1h: number;
  readonly cr: number;
  readonly responses: number;
  readonly costUsd: number;
}

export interface GroundTruth {
  readonly total: Sums;
  readonly byDayUtc: Readonly<Record<string, Sums>>;
  /** In New York. */
  readonly byDayTz: Readonly<Record<string, Sums>>;
  readonly byModel: Readonly<Record<string, Sums>>;
  readonly byProjectDir: Readonly<Record<string, Sums>>;
  readonly byCwd: Readonly<Record<string, Sums>>;
  readonly byDayModel: Readonly<Record<string, Sums>>;
  readonly byDayProject: Readonly<Record<string, Sums>>;
  readonly traps: {
    readonly bytes: number;
    readonly junk: number;
    readonly webSearchRequests: number;
  };
}

export interface GeneratedLogs extends AsyncDisposable {
  /** For `CLAUDE_CONFIG_DIR`. */
  readonly dir: string;
  readonly generate: (phase: 1 | 2) => GroundTruth;
}

export async function generatedLogs(
  size: Readonly<Record<string, number>>,
): Promise<GeneratedLogs> {
  const dir = await mkdtemp(join(tmpdir(), 'sync-runner-logs-'));
  const options = Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return {
    dir,
    generate: (phase) => {
      const phaseOptions = phase === 1 ? [] : ['--phase', '2'];
      execFileSync(process.execPath, [script, '--out', dir, ...options, ...phaseOptions]);
      const truth = join(dir, phase === 1 ? 'ground-truth.json' : 'ground-truth-2.json');
      return JSON.parse(readFileSync(truth, 'utf8')) as GroundTruth;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}
