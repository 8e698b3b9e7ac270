import { randomFrom } from '../random.ts';
import type { AgentSample, SampleResponse } from './agent-sample.ts';

export interface GeneratorOptions {
  readonly sessions: number;
  readonly responsesPerSession: number;
  readonly seed: number;
}

const startMs = Date.parse('2026-10-01T20:00:00Z');
const days = 50;

/**
 * Returns random responses of an agent within 50 days, in the order of their times. All sessions, in 30 projects, are used
 * in turn, so that a part of the list contains the start of every session.
 */
export function generateResponses(
  { name, model, lacks }: Pick<AgentSample, 'name' | 'model' | 'lacks'>,
  { sessions, responsesPerSession, seed }: GeneratorOptions,
): readonly SampleResponse[] {
  const random = randomFrom(seed);
  const countOf = (
    kind: 'input' | 'output' | 'cacheRead' | 'cacheWrite',
    from: number,
    below: number,
  ): number => (lacks.includes(kind) ? 0 : from + random(below));
  return Array.from({ length: sessions * responsesPerSession }, (_, index) => {
    const session = index % sessions;
    return {
      id: `response-${name}-${String(index)}`,
      session: `0199a213-81c0-7800-8aa1-${String(session).padStart(12, '0')}`,
      timeMs:
        startMs + Math.floor((index * days * 86_400) / (sessions * responsesPerSession)) * 1000,
      model,
      project: `/home/dev/project-${String(session % 30)}`,
      input: countOf('input', 1, 9000),
      output: countOf('output', 20, 3000),
      cacheRead: countOf('cacheRead', 0, 90_000),
      cacheWrite: countOf('cacheWrite', 0, 3000),
    };
  });
}

export interface Truth {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Returns the exact totals of responses. */
export function totalsOf(responses: readonly SampleResponse[]): Truth {
  const sum = (kind: keyof Truth): number =>
    responses.reduce((total, response) => total + response[kind], 0);
  return {
    input: sum('input'),
    output: sum('output'),
    cacheRead: sum('cacheRead'),
    cacheWrite: sum('cacheWrite'),
  };
}
