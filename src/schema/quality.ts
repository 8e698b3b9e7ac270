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

/** Whether the report is newer than the files that it is about; null without a report. */
const freshness = z.nullable(z.enum(['fresh', 'stale', 'unknown']));
const hits = z.object({
  /** How many were run. */
  covered: count,
  /** How many there are. */
  total: count,
});

const coverageSource = z.object({
  /** Relative to the project. */
  path: z.string(),
  /** `lcov`, `cobertura`, …; see docs/quality.md. */
  format: z.string(),
  /** How many were run, in the unit of `metric`. */
  covered: count,
  /** How many there are. */
  total: count,
  /** When the report was written; null if unknown. */
  reportTime: z.nullable(timestamp),
});

const coverage = z.object({
  /** Percent from 0 to 100; like the following values null if unknown, see `reason`. */
  percent: z.nullable(percent),
  /** How many were run, in the unit of `metric`. */
  covered: z.nullable(count),
  /** How many there are. */
  total: z.nullable(count),
  /** The unit that is counted. */
  metric: z.nullable(z.enum(['line', 'statement', 'instruction', 'sequencePoint'])),
  /** Null if a report does not contain them. */
  branches: z.nullable(hits),
  /** Null if a report does not contain them. */
  functions: z.nullable(hits),
  /** The reports, which were merged. */
  sources: z.array(coverageSource),
  freshness,
  /** Files of the report that were changed after it. */
  staleFiles: z.nullable(count),
  /** Files of the report that do not exist. */
  missingFiles: z.nullable(count),
  /** Why the percentage is unknown, as text. */
  reason: z.nullable(z.string()),
});

const lighthouse = z.object({
  /** From 0 to 100, by `quality.lighthouse.score`; like the following scores null if unknown. */
  score: z.nullable(percent),
  /** Score of the category, from 0 to 100. */
  performance: z.nullable(percent),
  /** Score of the category, from 0 to 100. */
  accessibility: z.nullable(percent),
  /** Score of the category, from 0 to 100. */
  bestPractices: z.nullable(percent),
  /** Score of the category, from 0 to 100. */
  seo: z.nullable(percent),
  /** The pages that were measured. */
  urls: z.array(z.string()),
  /** Reports that were read. */
  runs: count,
  /** How the report of a page was chosen: by the manifest, the median, or there is only one. */
  rule: z.nullable(z.enum(['manifest', 'median', 'single'])),
  /** When the newest page was measured; null if unknown. */
  fetchTime: z.nullable(timestamp),
  freshness,
  /** Why the scores are unknown, as text. */
  reason: z.nullable(z.string()),
});

const todos = z.object({
  /** Null if the files of the project could not be listed. */
  total: z.nullable(count),
  /** Those with the word `TODO`. */
  todo: z.nullable(count),
  /** Those with the word `FIXME`. */
  fixme: z.nullable(count),
  /** Markers per 1,000 source lines; null without source lines. */
  perKloc: z.nullable(z.number().check(z.minimum(0))),
  /** Files that were read. */
  files: z.nullable(count),
  /** Source lines of these files. */
  lines: z.nullable(count),
  /** Numbers of files that are not counted. */
  skipped: z.object({
    /** Files with bytes that are not text. */
    binary: count,
    /** Files above the limit of size. */
    tooLarge: count,
    /** Files that a program wrote. */
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
  /** Markers in the file. */
  todos: count,
  /** commits × uncovered × todos; a factor that is 0 or unknown counts as 1. */
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
  /** The `id` in `projects.json`. */
  id: z.string(),
  /** The absolute path of the directory. */
  path: z.string(),
  /** Whether the project no longer exists. */
  missing: z._default(z.boolean(), false),
  /** Since when no run searched the directory of the project. */
  notObservedSince: z._default(z.nullable(timestamp), null),
  /** The run that read the values, which are not part of the summary then; null if the last run did. */
  lastSeen: z._default(z.nullable(timestamp), null),
  /** The object id of HEAD; null without git or commits. */
  head: z.nullable(z.string()),
  /** From the reports of the tests; no test is run. */
  coverage,
  /** From the reports of Lighthouse; no page is measured. */
  lighthouse,
  /** Comments that mark open work. */
  todos,
  /** The files to work on first. */
  hotspots: z._default(hotspots, { files: null, reason: 'not read yet' }),
  /** These three are null if neither coverage nor a Lighthouse score is known. */
  techDebt: level,
  /** From 0 (best) to 100 (worst). */
  debtScore: z.nullable(percent),
  /** How much is known of what the debt depends on. */
  confidence: level,
  /** The parts of the debt, as text. */
  reasons: z.array(z.string()),
});

/** `data/quality.json` */
export const qualitySnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  /** Numbers of the projects that the last run found. */
  summary: z.object({
    projects: count,
    /** Projects with a known percentage. */
    withCoverage: count,
    /** Projects with a known score. */
    withLighthouse: count,
    /** Null if the files of no project could be listed. */
    todos: z.nullable(count),
  }),
  /** One entry per project of `projects.json`. */
  projects: mergedBy(['id'], z.array(projectQuality)),
});

export const qualityHistoryEntry = z.object({
  /** The `id` of the project. Other fields are null if unknown. */
  key: z.string(),
  /** The object id of HEAD. */
  head: z.nullable(z.string()),
  /** Percent from 0 to 100. */
  coverage: z.nullable(percent),
  /** Score from 0 to 100. */
  lighthouse: z.nullable(percent),
  /** Comments that mark open work. */
  todos: z.nullable(count),
  /** The level of `debtScore`. */
  techDebt: projectQuality.shape.techDebt,
  /** From 0 (best) to 100 (worst). */
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
