import type { Workspace } from '../config/workspace.ts';
import type { ScheduleFacts } from '../health/schedule-health.ts';
import type { Config } from '../schema/config.ts';
import type { System } from '../system/system.ts';
import { withTimeout } from '../util/async.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';

export interface DoctorContext {
  readonly workspace: Workspace;
  readonly system: System;
  /** Null if it is invalid: checks that depend on it are skipped. */
  readonly config: Config | null;
  /** Queries the scheduler once. Rejects if it can't be queried. */
  readonly getSchedule: () => Promise<ScheduleFacts>;
}

/** One check of a workspace or its machine. It is read-only and independent of the others. */
export interface Check {
  readonly id: string;
  readonly run: (context: DoctorContext) => Promise<readonly Diagnostic[]>;
}

/** The result of a check; `info` means that it passed. */
export interface Finding extends Diagnostic {
  readonly check: string;
}

export const passed = (message: string): Diagnostic => diagnostic('check-passed', { message });

/** Runs all checks and returns their findings in order. A check that throws or exceeds the limit is an error. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  limitMs = 15_000,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    checks.map(async ({ id, run }) => {
      try {
        const late = (): Error =>
          new UserError('timeout', `no result within ${String(limitMs / 1000)} s`);
        return withCheck(id, await withTimeout(run(context), limitMs, late));
      } catch (error) {
        return withCheck(id, [failureOf(error, { bug: 'bug in this check: ' })]);
      }
    }),
  );
  return findings.flat();
}

export const withCheck = (check: string, diagnostics: readonly Diagnostic[]): readonly Finding[] =>
  diagnostics.map((one) => ({ check, ...one }));
