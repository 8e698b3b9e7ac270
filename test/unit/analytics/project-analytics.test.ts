import { describe, expect, test } from 'vitest';
import { deriveAnalytics } from '../../../src/analytics/derive-analytics.ts';
import { createProjectFinder } from '../../../src/analytics/project-of-path.ts';
import type { Series, Values } from '../../../src/analytics/history/series.ts';
import { analyticsFile, type ProjectAnalytics } from '../../../src/schema/analytics.ts';
import type { Project } from '../../../src/schema/projects.ts';
import type { ProjectQuality } from '../../../src/schema/quality.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import {
  gitOf,
  yieldToEventLoop,
  projectOf,
  projectsSnapshot,
  qualityOf,
  qualitySnapshot,
  tokensSnapshot,
  usageOf,
} from '../../helpers/snapshots.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';

const now = new Date('2026-11-23T12:00:00.000Z');

/** A series in which a key has the values since the first of October. */
const since = (key: string, values: Values): Series =>
  new Map([['2026-10', { days: [1], keys: [{ key, lastDay: 1, changes: [[1, [...values]]] }] }]]);

async function join(
  project: Project,
  facts: {
    readonly daily?: readonly TokenEntry[];
    readonly quality?: ProjectQuality;
    readonly commits?: number;
    readonly before?: Values;
  } = {},
): Promise<ProjectAnalytics> {
  const { daily = [], quality, commits, before } = facts;
  const analytics = await deriveAnalytics({
    tokens: tokensSnapshot(daily),
    quality: qualitySnapshot(...(quality ? [quality] : [])),
    projects: projectsSnapshot(project),
    history: {
      projects: commits === undefined ? new Map() : since(project.id, [commits]),
      quality: before === undefined ? new Map() : since(project.id, before),
    },
    runs: [],
    options: { timeZone: 'UTC', budget: undefined },
    now,
    tokensReadAt: null,
    yieldToEventLoop,
  });
  analyticsFile.parse(JSON.parse(JSON.stringify(analytics)));
  const [joined] = analytics.projects ?? [];
  if (joined === undefined) throw new Error('no project was derived');
  return joined;
}

const codes = ({ attention }: ProjectAnalytics): readonly string[] =>
  attention.map(({ code }) => code);

describe('project analytics', () => {
  test('join cost, activity and quality of a project', async () => {
    const changedLines = { since: '2026-10-01', days: { '2026-11-01': 7, '2026-11-20': 5 } };
    const git = gitOf({ dirty: true, ahead: 2, changedLines });
    const project = await join(projectOf('alpha', { git }), {
      daily: [
        usageOf('2026-11-23', { costUsd: '2.500000' }),
        usageOf('2026-11-22', { project: '/code/alpha/packages/web', costUsd: '0.500000' }),
        usageOf('2026-11-01', { costUsd: '4.000000' }),
        usageOf('2026-11-01', { project: '/code/beta', costUsd: '99.000000' }),
      ],
      quality: qualityOf('alpha', { percent: 81.5, todos: 12 }),
      commits: 4,
      before: [80, 10, 'none'],
    });
    expect(project).toMatchObject({
      id: 'alpha',
      costs: [{ source: 'claude-code', days7: '3.000000', days30: '7.000000', days90: '7.000000' }],
      activity: {
        lastCommit: '2026-11-22T10:00:00.000Z',
        commits7: 6,
        commits30: 6,
        commits90: null,
        changedLines7: 5,
        changedLines30: 12,
        changedLines90: null,
        dirty: true,
        ahead: 2,
      },
      quality: { coverage: 81.5, coverageChange30: 1.5, todos: 12, todosChange30: 2 },
      attention: [],
    });
  });

  test('are null where facts are unknown', async () => {
    const project = await join(
      projectOf('alpha', { kind: 'package', git: null, counts: { files: null, commits: null } }),
    );
    expect(project).toMatchObject({
      costs: [],
      activity: {
        lastCommit: null,
        commits30: null,
        changedLines30: null,
        dirty: null,
        ahead: null,
      },
      quality: null,
    });
  });

  test('report no new commits when history was rewritten', async () => {
    expect((await join(projectOf('alpha'), { commits: 11 })).activity.commits30).toBeNull();
  });
});

describe('attention rules', () => {
  test('report cost without commits', async () => {
    const daily = [usageOf('2026-11-20', { costUsd: '12.345678' })];
    const idle = await join(projectOf('alpha'), { daily, commits: 10 });
    expect(idle.attention).toEqual([
      {
        ...diagnostic('cost-without-commits', { message: '$12.35 in 30 days without a commit' }),
        group: 'costs-money',
      },
    ]);
    expect(codes(await join(projectOf('alpha'), { daily, commits: 9 }))).toEqual([]);
    // Without history the number of commits is unknown.
    expect(codes(await join(projectOf('alpha'), { daily }))).toEqual([]);
  });

  test('report coverage that fell and TODOs that grew', async () => {
    const quality = qualityOf('alpha', { percent: 70, todos: 40 });
    const project = await join(projectOf('alpha'), { quality, before: [75.04, 20, 'none'] });
    expect(project.attention.map(({ message }) => message)).toEqual([
      'coverage fell by 5.0 points in 30 days',
      '20 more TODOs in 30 days',
    ]);
  });

  test('report uncommitted and unpushed work by the age of the oldest change and commit', async () => {
    const changes = { staged: 1, unstaged: 2, untracked: 3, conflicts: 0 };
    const since = (at: string): Project =>
      projectOf('alpha', {
        git: gitOf({
          ...{ dirty: true, changes, ahead: 2, upstream: 'origin/main', upstreamGone: false },
          ...{ oldestChangeAt: at, unpushed: { commits: 2, oldestAt: at } },
        }),
      });
    expect(codes(await join(since('2026-11-20T10:00:00.000Z')))).toEqual([]);
    const { attention } = await join(since('2026-11-01T10:00:00.000Z'));
    expect(attention.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [...['unpushed', '2 unpushed commits, the oldest 22 days old', 'git -C /code/alpha push']],
      [
        'unsaved-work',
        '6 uncommitted changes, the oldest 22 days old',
        'git -C /code/alpha status',
      ],
    ]);
  });

  test('report a cost spike when a week costs three times as much as the weeks before', async () => {
    const daily = [
      usageOf('2026-09-20', { costUsd: '40.000000' }),
      usageOf('2026-11-20', { costUsd: '12.000000' }),
    ];
    const project = await join(projectOf('alpha'), { daily, commits: 9 });
    expect(project.attention.map(({ code, message }) => [code, message])).toEqual([
      ['cost-spike', '$12.00 in 7 days, 4 times as much as usual'],
    ]);
  });

  test('leave out and count what the user ignores until a day', async () => {
    const git = gitOf({ changes: { staged: 0, unstaged: 0, untracked: 0, conflicts: 1 } });
    const until = async (day: string): Promise<unknown> => {
      const ignore = [{ rule: 'conflicts', until: day, reason: 'work in progress' }];
      const project = await join(projectOf('alpha', { git, ignore }));
      return [codes(project), project.ignored];
    };
    expect(await until('2026-11-23')).toEqual([[], 1]);
    expect(await until('2026-11-22')).toEqual([['conflicts'], 0]);
  });

  test.each([
    [[{ rule: 'conflict' }], 'ignore has the unknown rule conflict'],
    [
      [{ rule: 'stash', until: 'soon' }],
      'ignore of stash: until must be a day, such as 2027-01-31',
    ],
    [
      [{ rule: 'stash', until: '2027-02-30' }],
      'ignore of stash: until must be a day, such as 2027-01-31',
    ],
    [{ rule: 'stash' }, 'ignore must be a list of { "rule", "until" }'],
    [[null], 'ignore has an entry without a rule'],
  ])('report an invalid ignore: %j', async (ignore, message) => {
    const { attention } = await join(projectOf('alpha', { ignore }));
    expect(attention).toMatchObject([{ code: 'invalid-ignore', message }]);
  });

  test('report high debt only for active projects', async () => {
    const quality = qualityOf('alpha', { percent: null, todos: 1 }, { techDebt: 'high' });
    const lastCommit = { hash: 'a', date: '2025-01-01T00:00:00.000Z', subject: '', author: '' };
    const inactive = projectOf('alpha', { git: gitOf({ lastCommit }) });
    expect(codes(await join(projectOf('alpha'), { quality }))).toEqual(['high-debt']);
    expect(codes(await join(inactive, { quality }))).toEqual([]);
  });

  test('report an unreadable project first', async () => {
    const git = gitOf({ error: 'index-unreadable' });
    const quality = qualityOf('alpha', { percent: null, todos: 1 }, { techDebt: 'high' });
    const project = await join(projectOf('alpha', { state: 'unreadable', git }), { quality });
    expect(project.attention).toMatchObject([
      { code: 'unreadable', message: "can't be read (index-unreadable)" },
      { code: 'high-debt' },
    ]);
  });

  test.each([
    ['dubious-ownership', 'owned by another user', 'sudo chown -R "$(id -u)" /code/alpha'],
    ['foreign-gitfile', 'unknown to the repository in its .git file', 'cat /code/alpha/.git'],
    [
      'invalid-work-tree',
      'not read because it is unsafe',
      "find /code/alpha -name '.git*' ! -type f ! -type d",
    ],
    ['invalid-config', 'not read because it is unsafe', null],
  ])('never propose a git command for an untrusted project (%s)', async (error, message, hint) => {
    const git = gitOf({ error });
    const { attention } = await join(projectOf('alpha', { state: 'untrusted', git }));
    expect(attention).toMatchObject([{ message: `${message} (${error})`, hint }]);
  });

  const vanished = (missingSince: string): Project =>
    projectOf('alpha', {
      state: 'missing',
      missingSince,
      lastSeen: '2026-11-18T00:00:00.000Z',
      git: gitOf({ dirty: true, ahead: 3 }),
    });

  test('name the run that last saw a vanished project', async () => {
    const { attention } = await join(vanished('2026-11-20T00:00:00.000Z'));
    expect(attention).toEqual([
      {
        ...diagnostic('missing', { message: 'vanished, last seen by the run of 2026-11-18' }),
        group: 'could-lose-work',
      },
    ]);
  });

  test('apply no rule but missing to a vanished project', async () => {
    const facts = {
      daily: [usageOf('2026-11-20', { costUsd: '12.000000' })],
      quality: qualityOf('alpha', { percent: 50, todos: 90 }, { techDebt: 'high' }),
      commits: 10,
      before: [80, 10, 'none'],
    };
    expect(codes(await join(vanished('2026-11-20T00:00:00.000Z'), facts))).toEqual(['missing']);
    expect(codes(await join(vanished('2026-06-20T00:00:00.000Z'), facts))).toEqual([]);
  });
});

test('createProjectFinder returns the innermost project by current or previous path', () => {
  const find = createProjectFinder([
    { id: 'mono', path: '/code/mono', previousPaths: ['/old/mono', '/code/web'] },
    { id: 'web', path: '/code/mono/web', previousPaths: [] },
    { id: 'new', path: '/code/web', previousPaths: [] },
    { id: 'windows', path: String.raw`C:\code\app`, previousPaths: [] },
  ]);
  expect(
    [
      '/code/mono/web/src',
      '/code/mono/webber',
      '/old/mono/x',
      '/code/web',
      String.raw`C:\code\app\src`,
      '/code',
      '/',
      '',
      'relative',
    ].map(find),
  ).toEqual(['web', 'mono', 'mono', 'new', 'windows', null, null, null, null]);
});

test('deriveAnalytics assigns a hashed path to the project that the tokens sync recorded', async () => {
  const project = 'sha256:0123456789abcdef';
  const tokens = tokensSnapshot([usageOf('2026-11-20', { project })]);
  const { tokens: usage } = tokens.daily[0] ?? usageOf('2026-11-20');
  const totals = { tokens: usage, responses: 1, costUsd: '1.000000' };
  const analytics = await deriveAnalytics({
    tokens: {
      ...tokens,
      projects: [
        { source: 'claude-code', id: 'alpha', logDir: project, projectPath: project, ...totals },
      ],
    },
    quality: null,
    projects: projectsSnapshot(projectOf('alpha')),
    history: { quality: new Map(), projects: new Map() },
    runs: [],
    options: { timeZone: 'UTC', budget: undefined },
    now,
    tokensReadAt: null,
    yieldToEventLoop,
  });
  expect(analytics.projects).toMatchObject([
    { id: 'alpha', costs: [{ source: 'claude-code', days7: '1.000000' }] },
  ]);
});

test('deriveAnalytics returns null instead of 0 without snapshots', async () => {
  const analytics = await deriveAnalytics({
    tokens: null,
    quality: null,
    projects: null,
    history: { quality: new Map(), projects: new Map() },
    runs: [],
    options: { timeZone: 'UTC', budget: undefined },
    now,
    tokensReadAt: null,
    yieldToEventLoop,
  });
  expect(analytics).toEqual({
    schemaVersion: 1,
    updatedAt: '2026-11-23T12:00:00.000Z',
    day: '2026-11-23',
    tokens: null,
    trend: [],
    trendChange: null,
    runs: [],
    projects: null,
  });
});
