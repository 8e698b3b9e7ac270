import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectQuality } from '../../src/schema/quality.ts';
import type { RunLine, StatusFile } from '../../src/schema/status.ts';
import { diagnostic } from '../../src/util/diagnostic.ts';
import type { Workspace } from '../../src/config/workspace.ts';
import { randomNumbers } from './random.ts';
import {
  gitOf,
  projectOf,
  projectsSnapshot,
  qualityOf,
  qualitySnapshot,
  tokensSnapshot,
} from './snapshots.ts';
import { usageOfDay } from './six-months-usage.ts';

/** The size of the generated data. */
export interface DataSize {
  readonly projects: number;
  /** Days of history, the last one being today. */
  readonly days: number;
  readonly now: Date;
  /** The names of the first projects. */
  readonly names?: readonly string[];
}

const dayMs = 86_400_000;
const runsADay = 96;

/**
 * Writes snapshots, history and status of a workspace as runs every 15 minutes would, with a holiday, a day of
 * failures and trends. Deterministic.
 */
export function writeSixMonths(workspace: Workspace, size: DataSize): void {
  const random = randomNumbers(7);
  const facts = Array.from({ length: size.projects }, (_, index) => ({
    id: `project-${String(index)}`,
    name: size.names?.[index] ?? nameOf(index),
    coverage: random() < 0.35 ? null : 35 + random() * 60,
    slope: (random() - 0.42) * 12,
    todos: Math.floor(random() ** 3 * 120),
    growth: (random() - 0.35) * 30,
    commits: 20 + Math.floor(random() * 900),
    isActive: random() < 0.25,
    isDirty: random() < 0.2,
    share: random() ** 4,
  }));
  const dates = Array.from({ length: size.days }, (_, index) =>
    new Date(size.now.getTime() - (size.days - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
  const isAway = (index: number): boolean => index >= 60 && index < 68;
  const at = (index: number, date: string): string => `${date}T08:${pad(index % 60)}:00.000Z`;
  const done = (index: number): number => (index + 1) / size.days;

  // Each project changes on its own days.
  const stepOf = (of: number, index: number): number => index - ((index + of) % 9);
  const quality = facts.map((fact, of) => (day: number) => {
    const index = stepOf(of, day);
    return {
      coverage:
        fact.coverage === null
          ? null
          : round(clamp(fact.coverage + fact.slope * done(index), 0, 100)),
      todos: Math.max(0, Math.round(fact.todos + fact.growth * done(index))),
    };
  });
  const commits = facts.map(
    ({ commits: before, isActive }, of) =>
      (index: number): number =>
        before + (isActive ? Math.floor(done(stepOf(of, index)) * 150) : 0),
  );
  const history = (write: (index: number, run: string, of: number) => object): string[] =>
    dates.flatMap((date, index) =>
      isAway(index) ? [] : facts.map((_, of) => JSON.stringify(write(index, at(index, date), of))),
    );
  writeMonths(
    workspace,
    'quality',
    history((index, run, of) => ({
      run,
      key: facts[of]?.id,
      head: null,
      ...quality[of]?.(index),
      lighthouse: null,
      techDebt: debtOf(quality[of]?.(index).todos ?? 0),
      debtScore: null,
    })),
  );
  writeMonths(
    workspace,
    'projects',
    history((index, run, of) => ({
      run,
      key: facts[of]?.id,
      state: 'ok',
      branch: 'main',
      head: null,
      dirty: facts[of]?.isDirty,
      ahead: 0,
      behind: 0,
      files: 40,
      commits: commits[of]?.(index),
    })),
  );
  writeMonths(
    workspace,
    'runs',
    dates.flatMap((date, index) =>
      isAway(index) ? [] : runsOf(date, index, index === size.days - 1 ? 30 : runsADay, random),
    ),
  );

  const last = size.days - 1;
  const projects = facts.map(({ id, name, isActive, isDirty }, of) => {
    const age = isActive ? random() * 5 : random() * 400;
    const date = new Date(size.now.getTime() - age * dayMs).toISOString();
    const isUnreadable = of === 41;
    return projectOf(id, {
      name,
      path: `/home/dev/code/${id}`,
      counts: { files: 40, commits: commits[of]?.(last) ?? 0 },
      state: isUnreadable ? 'unreadable' : 'ok',
      git: gitOf({
        lastCommit: { hash: 'a'.repeat(40), date, subject: name, author: name },
        changes: { staged: 0, unstaged: isDirty ? 3 : 0, untracked: 0, conflicts: 0 },
        dirty: isDirty,
        error: isUnreadable ? 'index-unreadable' : null,
      }),
    });
  });
  write(workspace.snapshot('projects'), projectsSnapshot(...projects));
  const qualities = facts.map(({ id }, of) => {
    const { coverage = null, todos = 0 } = quality[of]?.(last) ?? {};
    return qualityOf(id, { percent: coverage, todos }, { techDebt: debtOf(todos) });
  });
  write(workspace.snapshot('quality'), qualitySnapshot(...qualities));
  const daily = dates.flatMap((date, index) =>
    isAway(index) ? [] : usageOfDay(date, index, facts, random),
  );
  write(workspace.snapshot('tokens'), tokensSnapshot(daily));
  write(workspace.status, statusOf(size.now));
}

function runsOf(
  date: string,
  index: number,
  count: number,
  random: () => number,
): readonly string[] {
  const failing = index % 97 === 30 ? 0.8 : index % 23 === 9 ? 0.2 : 0.004;
  return Array.from({ length: count }, (_, nth) => {
    const run = `${date}T${pad(Math.floor(nth / 4))}:${pad((nth % 4) * 15)}:00.000Z`;
    const durationMs = Math.round(180 + random() ** 6 * 4000);
    const outcome = random() < failing ? 'error' : random() < 0.001 ? 'interrupted' : 'success';
    const ok = { outcome: 'success', durationMs: 60, warnings: 0 };
    const line: RunLine = {
      run,
      finishedAt: run,
      durationMs,
      outcome,
      trigger: 'scheduled',
      syncs: { tokens: ok, quality: ok, projects: ok },
    };
    return JSON.stringify(line);
  });
}

const debtOf = (todos: number): ProjectQuality['techDebt'] =>
  todos > 90 ? 'high' : todos > 40 ? 'medium' : 'low';

function statusOf(now: Date): StatusFile {
  const id = now.toISOString();
  const message = 'line 812 is not LCOV; coverage unknown';
  const warnings = [
    diagnostic('file-skipped', { subject: 'project-3: coverage/lcov.info', message }),
  ];
  const ok = { outcome: 'success' as const, durationMs: 60, counts: {}, notices: [], warnings: [] };
  const results = { tokens: ok, quality: { ...ok, warnings }, projects: ok };
  const times = { lastRun: id, lastSuccess: id };
  return {
    lastSync: id,
    status: 'success',
    durationMs: 212,
    schemaVersion: 1,
    run: {
      id,
      finishedAt: id,
      durationMs: 212,
      outcome: 'success',
      trigger: 'scheduled',
      results,
    },
    syncs: { tokens: times, quality: times, projects: times },
  };
}

const firsts = ['web', 'billing', 'auth', 'search', 'mobile', 'data', 'docs', 'infra', 'shop'];
const seconds = ['client', 'service', 'pipeline', 'site', 'tools', 'worker', 'gateway', 'ui'];

function nameOf(index: number): string {
  const first = firsts[index % firsts.length] ?? '';
  const second = seconds[Math.floor(index / firsts.length) % seconds.length] ?? '';
  const round = Math.floor(index / (firsts.length * seconds.length));
  return `${first}-${second}${round === 0 ? '' : `-${String(round + 1)}`}`;
}

function writeMonths(
  { historyDir }: Workspace,
  series: 'quality' | 'projects' | 'runs',
  lines: readonly string[],
): void {
  const months = new Map<string, string[]>();
  for (const line of lines) {
    const month = line.slice(8, 15);
    const known = months.get(month);
    if (known === undefined) months.set(month, [line]);
    else known.push(line);
  }
  for (const [month, ofMonth] of months) {
    write(join(historyDir(series), `${series}-${month}.jsonl`), `${ofMonth.join('\n')}\n`);
  }
}

function write(path: string, content: object | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}

const pad = (value: number): string => String(value).padStart(2, '0');
const round = (value: number): number => Math.round(value * 100) / 100;
const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
