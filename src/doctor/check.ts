import type { Config } from '../schema/config.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { ScheduleFacts } from '../health/schedule-health.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';

export type Level = 'ok' | 'warn' | 'fail';

/** What a check found: one line, and what mends it. */
export interface Finding {
  readonly id: string;
  readonly level: Level;
  readonly message: string;
  /** As a person can paste it; null where nobody can say. */
  readonly hint: string | null;
}

/** What checks look at. */
export interface DoctorContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** Null when it can't be read: what depends on it is left out then. */
  readonly config: Config | null;
  /** Asks the scheduler, once. Throws what stands in the way. */
  readonly askSchedule: () => Promise<ScheduleFacts>;
}

/** One question to a workspace or its machine. It changes nothing. */
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

/** Longer than any check takes that is not stuck, in milliseconds. */
const limitMs = 15_000;

/**
 * Makes all checks, in their order. Each stands for itself: one that throws, or does not end, is a
 * failure, and the others go on.
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
