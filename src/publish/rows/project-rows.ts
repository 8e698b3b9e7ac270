import type { FleetOptions } from '../../schema/fleet.ts';
import type { Project } from '../../schema/projects.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import { sanitizeLine, sanitizePath } from '../../util/text.ts';
import { remoteKey } from './remote-key.ts';
import { maxKeyLength, toSqlTimestamp, toRow, type Row } from './row.ts';

/** Which projects are sent, and how they are identified. */
export interface ProjectRules {
  readonly hostId: string;
  readonly share: FleetOptions['share'];
  readonly isHidden: (id: string) => boolean;
}

export const toKey = (id: string): string => sanitizeLine(id, maxKeyLength);

/** Returns the key that checkouts of one repository share between machines. */
export const projectKey = ({ id, git }: Project, { hostId }: ProjectRules): string =>
  sanitizeLine(remoteKey(git?.remote ?? null) ?? `host:${hostId}/${id}`, 500);

/** Returns the rows of the projects that are not hidden, by id. */
export function projectRows(
  projects: readonly Project[],
  rules: ProjectRules,
): ReadonlyMap<string, Row> {
  const visible = projects.filter(({ id }) => !rules.isHidden(id));
  return new Map(visible.map((one) => [toKey(one.id), toRow(projectRow(one, rules))]));
}

function projectRow(project: Project, rules: ProjectRules): object {
  const { git, counts, stack } = project;
  const { share } = rules;
  return {
    id: toKey(project.id),
    key: projectKey(project, rules),
    name: sanitizeLine(project.name),
    kind: project.kind,
    state: project.state,
    path: share.includes('paths') ? sanitizePath(project.path) : null,
    branch: lineOrNull(git?.branch),
    head: git?.lastCommit?.hash ?? null,
    last_commit: toSqlTimestamp(git?.lastCommit?.date),
    dirty: git?.dirty ?? null,
    ahead: git?.ahead ?? null,
    behind: git?.behind ?? null,
    files: counts.files,
    commits: counts.commits,
    language: mainLanguage(stack.languages),
    license: lineOrNull(project.license),
    first_seen: toSqlTimestamp(project.firstSeen),
    missing_since: toSqlTimestamp(project.missingSince),
    extra: {
      ...(share.includes('commits') ? commitTexts(project) : {}),
      ...(share.includes('fields') ? userTexts(project) : {}),
    },
  };
}

export const lineOrNull = (text: string | null | undefined): string | null =>
  text == null ? null : sanitizeLine(text);

function mainLanguage(languages: Project['stack']['languages']): string | null {
  const [first] = Object.entries(languages ?? {}).toSorted(([, one], [, other]) => other - one);
  return lineOrNull(first?.[0]);
}

const commitTexts = ({ git }: Project): object => ({
  subject: lineOrNull(git?.lastCommit?.subject),
  author: lineOrNull(git?.lastCommit?.author),
});

/** Returns the fields of the user as text: other programs may have written any JSON. */
function userTexts(project: Project): object {
  const { client, status, progress, startDate, deadline, tags, notes } = project;
  const fields = { client, status, progress, startDate, deadline, tags, notes };
  const texts = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [[name, sanitizeLine(text)] as const];
  });
  return Object.fromEntries(texts);
}

/** Returns the rows of the quality of the projects that are not hidden, by id. */
export function qualityRows(
  projects: readonly ProjectQuality[],
  { isHidden }: ProjectRules,
): ReadonlyMap<string, Row> {
  const visible = projects.filter(({ id }) => !isHidden(id));
  return new Map(visible.map((one) => [toKey(one.id), toRow(qualityRow(one))]));
}

const qualityRow = ({
  id,
  head,
  coverage,
  lighthouse,
  todos,
  ...rest
}: ProjectQuality): object => ({
  id: toKey(id),
  head,
  coverage: coverage.percent,
  freshness: coverage.freshness,
  lighthouse: lighthouse.score,
  todos: todos.total,
  files: todos.files,
  lines: todos.lines,
  tech_debt: rest.techDebt,
  debt_score: rest.debtScore,
  confidence: rest.confidence,
});
