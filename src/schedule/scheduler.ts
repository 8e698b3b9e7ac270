import type { Config } from '../schema/config.ts';
import type { ExecResult } from '../system/system.ts';

export const schedulerNames = [
  'crontab',
  'systemd',
  'launchd',
  'task-scheduler',
  'kubernetes',
] as const;

export type SchedulerName = (typeof schedulerNames)[number];

/** The command of a schedule and its interval. */
export interface Job {
  /** Name of the schedule: of its file, unit, label, task or marker. */
  readonly id: string;
  /** When it runs, in words, for comments in the artifacts. */
  readonly when: string;
  /** Cron expression of the starts; null for an interval, or if the syncs are due at different times. */
  readonly cron: string | null;
  /** Whole minutes between two starts, 1 to 1440. With a cron expression, for schedulers that can't express it. */
  readonly intervalMinutes: number;
  /** Whether the program has to check at each start what is due, because it starts more often. */
  readonly dueCheck: boolean;
  /** IANA name of the local time zone. */
  readonly timeZone: string;
  /** Absolute paths of node and of the program. */
  readonly command: readonly [node: string, script: string];
  /** Absolute path of git, whose directory becomes a part of the job's PATH. Null if it was not found. */
  readonly git: string | null;
  /** Absolute path of the directory that contains `data/`. */
  readonly workspace: string;
  /** How long all enabled syncs together may take. */
  readonly syncMinutes: number;
  /** After this time a run counts as hung, and the scheduler stops it. */
  readonly timeLimitMinutes: number;
  readonly settings: Config['scheduler'];
}

/** The machine and user for which a schedule is installed. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number | null;
  /** `DOMAIN\user` on Windows, otherwise null. */
  readonly account: string | null;
  /** Directory for files of the installed schedule: the task definition, the previous crontab. */
  readonly stateDir: string;
  /** Path of the conhost.exe that starts programs without a window (Windows 10 1809 and newer), or null. */
  readonly consoleHost: string | null;
}

/** A rendered file. */
export interface Artifact {
  /** Path of the installed file; a name where none is installed: `crontab`, `cronjob.yaml`. */
  readonly path: string;
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16le';
}

export type Command = readonly [file: string, ...args: string[]];

/** One step of an install or uninstall, as data, so that `--dry-run` prints exactly what would be done. */
export type Step =
  | { readonly type: 'write'; readonly artifact: Artifact }
  | { readonly type: 'remove'; readonly path: string }
  | {
      readonly type: 'exec';
      readonly command: Command;
      /** The step is skipped unless this command exits with 0. */
      readonly onlyIf?: Command;
      /** Exit codes that mean success like 0, because the desired state exists already. */
      readonly allowedExitCodes?: readonly number[];
      readonly retry?: RetryPolicy;
    }
  /** Repeats the command until it exits with `exitCode`. */
  | {
      readonly type: 'await';
      readonly command: Command;
      readonly exitCode: number;
      readonly retry: Omit<RetryPolicy, 'exitCodes'>;
    }
  /** Replaces or (null) removes the marked block of a schedule; every other byte of the crontab is unchanged. */
  | {
      readonly type: 'edit-crontab';
      readonly owner: Pick<Job, 'id' | 'workspace'>;
      readonly block: string | null;
    };

export interface RetryPolicy {
  /** Exit codes of failures that are temporary. */
  readonly exitCodes: readonly number[];
  readonly attempts: number;
  readonly delayMs: number;
}

/** A query that changes nothing. `parse` gets the output of a command that exited with 0. */
export interface Probe<Result> {
  readonly command: Command;
  readonly parse: (stdout: string) => Result;
}

/** Pure: returns text and steps and performs nothing, so that every scheduler is tested on every platform. */
export interface Scheduler {
  readonly name: SchedulerName;
  /** Name in messages. */
  readonly title: string;
  /** A command that can be started where the scheduler is available; with `mustSucceed` it also exits with 0. */
  readonly availability: { readonly command: Command; readonly mustSucceed: boolean } | null;
  /** Hint for the user when one of its commands fails. */
  readonly failureHint: string;
  render(job: Job, host: Host): readonly Artifact[];
  install(job: Job, host: Host): readonly Step[];
  uninstall(job: Job, host: Host): readonly Step[];
  /** Steps that keep the job from starting; `install` undoes them. */
  pause(job: Job, host: Host): readonly Step[];
  /** Steps that start the job now. */
  start(job: Job, host: Host): readonly Step[];
  /** Steps after a failed install that load the previous job from its files, which have been restored. */
  restore?(job: Job, host: Host): readonly Step[];
  readonly tick: (job: Job) => Tick;
  /**
   * Returns the next start of the command in the local time zone, or null if it cannot be computed. With `followsClock`, the
   * scheduler has no rules for changes of the clock; see `Cron.followsClock`.
   */
  nextStart(job: Job, after: Date, options?: { readonly followsClock: boolean }): Date | null;
  /** The PATH that its jobs get by themselves. Empty if it is unknown or not that of this machine. */
  readonly defaultPath: readonly string[];
  /** Queries the actual one, which users can change. */
  readonly pathProbe?: Probe<readonly string[] | null>;
  /** Queries the scheduler for the next start. Takes precedence over `nextStart`. */
  readonly nextStartProbe?: (job: Job) => Probe<Date | null>;
  /** Queries the state of the job in the scheduler: null if it is unknown there, `expected` if it is active. */
  readonly stateProbe?: (
    job: Job,
    host: Host,
  ) => Probe<string | null> & { readonly expected: string };
}

/** How often a scheduler starts the command. With `dueCheck` the command exits at starts that are too early. */
export interface Tick {
  /** Null at the times of a cron expression. */
  readonly minutes: number | null;
  readonly dueCheck: boolean;
}

/**
 * Runs a program of a scheduler in the environment that it needs. Throws `UserError` with code `scheduler-failed` if
 * it cannot be started or times out.
 */
export type RunTool = (command: Command, input?: Uint8Array) => Promise<ExecResult>;
