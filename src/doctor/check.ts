import type { Config } from '../schema/config.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { ScheduleFacts } from '../health/schedule-health.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';

export type Level = 'ok' | 'warn' | 'fail';

/** A finding of a check: a one-line message and a hint. */
export interface Finding {
  readonly id: string;
  readonly level: Level;
  readonly message: string;
  /** A command to paste into a shell, or null if there is no general fix. */
  readonly hint: string | null;
}

/** Input of every check. */
export interface DoctorContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** Null if it cannot be read; checks that depend on it then return no findings. */
  readonly config: Config | null;
  /** Queries the scheduler on the first call and caches the result. Throws if the query fails. */
  readonly askSchedule: () => Promise<ScheduleFacts>;
}

/** A check of the workspace or the machine. It is read-only. */
export interface Check {
  readonly id: string;
  readonly run: (patient: DoctorContext) => Promise<readonly Omit<Finding, 'id'>[]>;
}

export const ok = (message: string): Omit<Finding, 'id'> => ({ level: 'ok', message, hint: null });
export const warn = (message: string, fix: string | null): Omit<Finding, 'id'> => ({
  level: 'warn',
  message,
  hint: fix,
});
export const fail = (message: string, fix: string | null): Omit<Finding, 'id'> => ({
  level: 'fail',
  message,
  hint: fix,
});

/** Time limit of a check, in milliseconds. */
const limitMs = 15_000;

/**
 * Runs all checks concurrently and returns their findings in the order of the checks. A check that throws or
 * exceeds the time limit becomes a finding of level `fail` and does not affect the others.
 */
export async function makeChecks(
  checks: readonly Check[],
  patient: DoctorContext,
  options: { readonly limitMs: number } = { limitMs },
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    checks.map(async ({ id, run: look }) => {
      try {
        return (await inTime(look(patient), options.limitMs)).map((one) => ({ id, ...one }));
      } catch (error) {
        return [{ id, ...failureOf(error) }];
      }
    }),
  );
  return findings.flat();
}

function failureOf(error: unknown): Omit<Finding, 'id'> {
  if (error instanceof UserError) return fail(error.message, error.hint);
  if (error instanceof FileError) return fail(error.message, null);
  const text = error instanceof Error ? error.message : String(error);
  return fail(`this check is broken: ${text}`, null);
}

async function inTime<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new UserError('timeout', `gave no answer in ${String(ms / 1000)} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
