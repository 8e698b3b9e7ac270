import type { Coverage, Lighthouse, ProjectQuality, Todos } from '../../schema/quality.ts';

export type Debt = Pick<ProjectQuality, 'techDebt' | 'debtScore' | 'confidence' | 'reasons'>;

export interface Signals {
  readonly coverage: Coverage;
  readonly lighthouse: Lighthouse;
  /** The score of Lighthouse before rounding. */
  readonly lighthouseScore: number | null;
  readonly todos: Todos;
}

/** A signal on the scale where 100 is healthy, with its weight in the score. */
interface Term {
  readonly health: number;
  readonly weight: number;
  readonly reason: string;
}

const levels = ['low', 'medium', 'high'] as const;
const fewestLines = 200;

/**
 * Judges a project. `techDebt` is the worst level of coverage and Lighthouse, those that exist;
 * `debtScore` (0 best, 100 worst) is the weighted mean over those and the density of TODOs. A stale
 * signal keeps its value and loses half its weight. Signals that are missing count nowhere.
 */
export function judgeDebt({ coverage, lighthouse, lighthouseScore, todos }: Signals): Debt {
  const ratio = ratioOf(coverage);
  const graded = [
    gradedTerm('coverage', ratio, coverage.percent, 10, coverage.freshness),
    gradedTerm('Lighthouse', lighthouseScore, lighthouse.score, 5, lighthouse.freshness),
  ].filter((term) => term !== null);
  const todo = todoTerm(todos);
  const terms = todo ? [...graded, todo] : graded;
  const weight = terms.reduce((sum, term) => sum + term.weight, 0);
  const health = terms.reduce((sum, term) => sum + term.weight * term.health, 0);
  const worst = Math.max(...[ratio, lighthouseScore].filter((one) => one !== null).map(levelOf));
  return {
    techDebt: levels[worst] ?? 'none',
    debtScore: weight > 0 ? round(100 - health / weight) : null,
    confidence: confidenceOf(coverage, lighthouse),
    reasons: [
      ...terms.map(({ reason }) => reason),
      ...(ratio === null ? [`no coverage: ${coverage.reason ?? 'unknown'}`] : []),
      ...(lighthouseScore === null ? [`no Lighthouse: ${lighthouse.reason ?? 'unknown'}`] : []),
    ],
  };
}

/** The percentage before rounding: 80 exactly is medium, a trace more is low. */
const ratioOf = ({ covered, total }: Coverage): number | null =>
  covered !== null && total !== null && total > 0 ? (covered * 100) / total : null;

const levelOf = (percent: number): number => (percent > 80 ? 0 : percent > 50 ? 1 : 2);

const round = (value: number): number => Math.round(value * 10) / 10;

function gradedTerm(
  name: string,
  value: number | null,
  shown: number | null,
  weight: number,
  freshness: Coverage['freshness'],
): Term | null {
  if (value === null) return null;
  const stale = freshness === 'stale';
  const level = levels[levelOf(value)] ?? 'none';
  return {
    health: value,
    weight: stale ? weight / 2 : weight,
    reason: `${name} ${String(shown)} %: ${level}${stale ? ', but stale' : ''}`,
  };
}

function todoTerm({ total, lines, perKloc }: Todos): Term | null {
  if (total === null || lines === null || lines < fewestLines) return null;
  const density = (total * 1000) / lines;
  return {
    health: Math.max(0, 100 - 25 * density),
    weight: 2.5,
    reason: `${String(perKloc)} TODOs in 1,000 lines`,
  };
}

function confidenceOf(coverage: Coverage, lighthouse: Lighthouse): Debt['confidence'] {
  const present = [
    ...(ratioOf(coverage) === null ? [] : [coverage.freshness]),
    ...(lighthouse.score === null ? [] : [lighthouse.freshness]),
  ];
  if (present.length === 0) return 'none';
  if (present.every((freshness) => freshness === 'stale')) return 'low';
  return present.length === 2 && present.every((one) => one === 'fresh') ? 'high' : 'medium';
}
