import type { Coverage, Lighthouse, ProjectQuality, Todos } from '../../schema/quality.ts';

export type Debt = Pick<ProjectQuality, 'techDebt' | 'debtScore' | 'confidence' | 'reasons'>;

export interface Signals {
  readonly coverage: Coverage;
  readonly lighthouse: Lighthouse;
  /** The Lighthouse score before rounding. */
  readonly lighthouseScore: number | null;
  readonly todos: Todos;
}

/** A signal on a scale of 0 to 100, where 100 is best, and its weight in the score. */
interface Term {
  readonly health: number;
  readonly weight: number;
  readonly reason: string;
  /** Index in `levels`; null for a term that has no level. */
  readonly level: number | null;
}

const levels = ['low', 'medium', 'high'] as const;
/** With fewer source lines the density of TODOs is not used. */
const minLines = 200;

/**
 * Assesses the technical debt of a project. `techDebt` is the worst level of coverage and Lighthouse, as far as
 * they exist. `debtScore` (0 best, 100 worst) is the weighted mean of these and of the density of TODOs. A stale
 * signal keeps its value and counts half; a missing one does not count. Without coverage and Lighthouse all three
 * values are null: a project without TODOs may still be untested. docs/quality.md has the sources of the rule.
 */
export function assessDebt({ coverage, lighthouse, lighthouseScore, todos }: Signals): Debt {
  const ratio = ratioOf(coverage);
  const terms = [
    gradedTerm('coverage', ratio, {
      shown: coverage.percent,
      unit: ' %',
      weight: 10,
      freshness: coverage.freshness,
    }),
    gradedTerm('Lighthouse', lighthouseScore, {
      shown: lighthouse.score,
      unit: '',
      weight: 5,
      freshness: lighthouse.freshness,
    }),
    todoTerm(todos),
  ].filter((term) => term !== null);
  const weight = terms.reduce((sum, term) => sum + term.weight, 0);
  const health = terms.reduce((sum, term) => sum + term.weight * term.health, 0);
  const worst = Math.max(...terms.map(({ level }) => level ?? -1));
  const techDebt = levels[worst] ?? null;
  return {
    techDebt,
    debtScore: techDebt === null ? null : round1(100 - health / weight),
    confidence: confidenceOf(coverage, lighthouse),
    reasons: [
      ...terms.toSorted((one, other) => (other.level ?? -1) - (one.level ?? -1)),
      ...(ratio === null ? [{ reason: `coverage unknown: ${coverage.reason ?? 'no data'}` }] : []),
      ...(lighthouseScore === null
        ? [{ reason: `Lighthouse unknown: ${lighthouse.reason ?? 'no data'}` }]
        : []),
    ].map(({ reason }) => reason),
  };
}

/** Returns the percentage before rounding: exactly 80 is medium, anything above is low. */
const ratioOf = ({ covered, total }: Coverage): number | null =>
  covered !== null && total !== null && total > 0 ? (covered * 100) / total : null;

const levelOf = (percent: number): 0 | 1 | 2 => (percent > 80 ? 0 : percent > 50 ? 1 : 2);

const round1 = (value: number): number => Math.round(value * 10) / 10;

function gradedTerm(
  name: string,
  value: number | null,
  options: {
    readonly shown: number | null;
    readonly unit: string;
    readonly weight: number;
    readonly freshness: Coverage['freshness'];
  },
): Term | null {
  if (value === null) return null;
  const { shown, unit, weight, freshness } = options;
  const isStale = freshness === 'stale';
  const level = levelOf(value);
  return {
    health: value,
    weight: isStale ? weight / 2 : weight,
    reason: `${levels[level]} debt: ${name} ${String(shown)}${unit}${isStale ? ', older than the code' : ''}`,
    level,
  };
}

function todoTerm({ total, lines, perKloc }: Todos): Term | null {
  if (total === null || lines === null || lines < minLines) return null;
  const density = (total * 1000) / lines;
  return {
    health: Math.max(0, 100 - 25 * density),
    weight: 2.5,
    reason: `${String(perKloc)} TODOs per 1,000 lines`,
    level: null,
  };
}

function confidenceOf(coverage: Coverage, lighthouse: Lighthouse): Debt['confidence'] {
  const present = [
    ...(ratioOf(coverage) === null ? [] : [coverage.freshness]),
    ...(lighthouse.score === null ? [] : [lighthouse.freshness]),
  ];
  if (present.length === 0) return null;
  if (present.every((freshness) => freshness === 'stale')) return 'low';
  return present.length === 2 && present.every((one) => one === 'fresh') ? 'high' : 'medium';
}
