import * as z from 'zod/mini';
import { documented, section } from './documented.ts';
import { timestamp } from './timestamp.ts';
import { count, percent } from './numbers.ts';
import { mergedBy } from './field-ownership.ts';

/** `quality` in the configuration. */
export const qualityOptions = documented(
  'Settings of the quality sync.',
  z.strictObject({
    todo: section('Comments that mark open work.', {
      tags: documented(
        'Words that are counted in comments.',
        z._default(
          z
            .array(z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]*$/)))
            .check(z.minLength(1), z.maxLength(16)),
          ['TODO', 'FIXME'],
        ),
      ),
      extensions: documented(
        'Extensions of the files that are read; null for the built-in list of source files.',
        z._default(z.nullable(z.array(z.string().check(z.regex(/^\.?[A-Za-z0-9_+#-]+$/)))), null),
      ),
    }),
    coverage: section('Coverage reports.', {
      paths: documented(
        'Globs of additional reports, relative to each project.',
        z._default(z.array(z.string()), []),
      ),
    }),
    lighthouse: section('Lighthouse reports.', {
      score: documented(
        'Which category scores form the score of a project: their mean, performance alone, or the lowest.',
        z._default(z.enum(['mean', 'performance', 'min']), 'mean'),
      ),
      paths: documented(
        'Globs of additional reports, relative to each project.',
        z._default(z.array(z.string()), []),
      ),
    }),
    exclude: documented(
      'Globs of files that are not counted, relative to each project.',
      z._default(z.array(z.string()), []),
    ),
  }),
);

const freshness = z.nullable(z.enum(['fresh', 'stale', 'unknown']));
const hits = z.object({ covered: count, total: count });

const coverageSource = z.object({
  path: z.string(),
  format: z.string(),
  covered: count,
  total: count,
  reportTime: z.nullable(timestamp),
});

const coverage = z.object({
  percent: z.nullable(percent),
  covered: z.nullable(count),
  total: z.nullable(count),
  metric: z.nullable(z.enum(['line', 'statement', 'instruction', 'sequencePoint'])),
  branches: z.nullable(hits),
  functions: z.nullable(hits),
  sources: z.array(coverageSource),
  freshness,
  staleFiles: z.nullable(count),
  missingFiles: z.nullable(count),
  /** Why the percentage is unknown, as text. */
  reason: z.nullable(z.string()),
});

const lighthouse = z.object({
  score: z.nullable(percent),
  performance: z.nullable(percent),
  accessibility: z.nullable(percent),
  bestPractices: z.nullable(percent),
  seo: z.nullable(percent),
  urls: z.array(z.string()),
  runs: count,
  rule: z.nullable(z.enum(['manifest', 'median', 'single'])),
  fetchTime: z.nullable(timestamp),
  freshness,
  reason: z.nullable(z.string()),
});

const todos = z.object({
  /** Null if the files of the project could not be listed. */
  total: z.nullable(count),
  todo: z.nullable(count),
  fixme: z.nullable(count),
  /** Markers per 1,000 source lines; null without source lines. */
  perKloc: z.nullable(z.number().check(z.minimum(0))),
  files: z.nullable(count),
  lines: z.nullable(count),
  /** Numbers of files that are not counted. */
  skipped: z.object({
    binary: count,
    tooLarge: count,
    generated: count,
    /** Third-party code. */
    vendored: z._default(count, 0),
  }),
});

const hotspot = z.object({
  /** Relative to the project. */
  path: z.string(),
  /** How many commits of the last 90 days changed the file. */
  commits: count,
  /** Lines, branches or statements (see `coverage.metric`) that the tests did not run; null if unknown. */
  uncovered: z.nullable(count),
  todos: count,
  score: count,
});

const hotspots = z.object({
  /** The highest scores first; null if the history is unknown. */
  files: z.nullable(z.array(hotspot)),
  /** Why the files are unknown, as text. */
  reason: z.nullable(z.string()),
});

/** An unknown level is null. Files of earlier versions have `none` instead. */
const level = z.catch(z.nullable(z.enum(['low', 'medium', 'high'])), null);

export const projectQuality = z.object({
  id: z.string(),
  path: z.string(),
  /** Whether the project no longer exists. */
  missing: z._default(z.boolean(), false),
  /** Since when no run searched the directory of the project. */
  notObservedSince: z._default(z.nullable(timestamp), null),
  /** The run that read the values, which are not part of the summary then; null if the last run did. */
  lastSeen: z._default(z.nullable(timestamp), null),
  head: z.nullable(z.string()),
  coverage,
  lighthouse,
  todos,
  hotspots: z._default(hotspots, { files: null, reason: 'not read yet' }),
  /** These three are null if neither coverage nor a Lighthouse score is known. */
  techDebt: level,
  /** From 0 (best) to 100 (worst). */
  debtScore: z.nullable(percent),
  confidence: level,
  reasons: z.array(z.string()),
});

/** `data/quality.json` */
export const qualitySnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  summary: z.object({
    projects: count,
    withCoverage: count,
    withLighthouse: count,
    /** Null if the files of no project could be listed. */
    todos: z.nullable(count),
  }),
  projects: mergedBy(['id'], z.array(projectQuality)),
});

export const qualityHistoryEntry = z.object({
  key: z.string(),
  head: z.nullable(z.string()),
  coverage: z.nullable(percent),
  lighthouse: z.nullable(percent),
  todos: z.nullable(count),
  techDebt: projectQuality.shape.techDebt,
  debtScore: z.nullable(percent),
});

export const qualitySchemas = {
  options: qualityOptions,
  snapshot: qualitySnapshot,
  historyEntry: qualityHistoryEntry,
} as const;
export type ProjectQuality = z.infer<typeof projectQuality>;
export type Coverage = z.infer<typeof coverage>;
export type Lighthouse = z.infer<typeof lighthouse>;
export type Hotspot = z.infer<typeof hotspot>;
export type Hotspots = z.infer<typeof hotspots>;
export type Todos = z.infer<typeof todos>;
