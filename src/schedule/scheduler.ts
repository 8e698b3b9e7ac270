import type { ExecResult } from '../system/system.ts';

export const schedulerNames = [
  'crontab',
  'systemd',
  'launchd',
  'task-scheduler',
  'kubernetes',
] as const;

export type SchedulerName = (typeof schedulerNames)[number];

/** What is to be started, and how often. */
export interface Job {
  /** The one name of the schedule wherever it has one: file, unit, label, task, marker. */
  readonly id: string;
  /** Whole minutes, 1 to 1440. */
  readonly intervalMinutes: number;
  /** Absolute paths of node and of the program. */
  readonly command: readonly [node: string, script: string];
  /** Absolute path of the folder that holds `data/`. */
  readonly workspace: string;
  /** No run lasts longer; the scheduler's own limit is a safety net. */
  readonly timeLimitMinutes: number;
}

/** Where and for whom a schedule is installed. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number | null;
  /** `DOMAIN\user` on Windows; null where the artifacts name nobody. */
  readonly account: string | null;
  /** Folder of ours for what a scheduler needs a file for. */
  readonly stateFolder: string;
  /** A program that starts another one without a console window (Windows 10 1809 and newer), or null. */
  readonly consoleHost: string | null;
}

/** A rendered file. */
export interface Artifact {
  /** Where it is installed; a mere name where no file is: `crontab`, `cronjob.yaml`. */
  readonly path: string;
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16le';
}

export type Command = readonly [file: string, ...args: string[]];

/** One act of an install or uninstall, as data: what is shown by `--dry-run` is what is done. */
export type Step =
  | { readonly type: 'write'; readonly artifact: Artifact }
  | { readonly type: 'remove'; readonly path: string }
  | {
      readonly type: 'exec';
      readonly command: Command;
      /** Left out unless this question ends with 0. */
      readonly onlyIf?: Command;
      /** Exit codes that are as good as 0, because what was asked for is so already. */
      readonly alsoFine?: readonly number[];
      /** Exit codes that pass by themselves. */
      readonly retry?: Retry;
    }
  /** Asks again and again until the command ends with the exit code. */
  | {
      readonly type: 'await';
      readonly command: Command;
      readonly exitCode: number;
      readonly retry: Omit<Retry, 'exitCodes'>;
    }
  /** Replaces our marked block, or removes it; every other byte stays. */
  | { readonly type: 'edit-crontab'; readonly id: string; readonly block: string | null };

export interface Retry {
  readonly exitCodes: readonly number[];
  readonly attempts: number;
  readonly pauseMs: number;
}

/** A question to a scheduler that changes nothing. `read` gets what it printed when it ended with 0. */
export interface Question<Answer> {
  readonly command: Command;
  readonly read: (stdout: string) => Answer;
}

/** Pure: text and steps out, nothing touched; every scheduler can be tested on every system. */
export interface Scheduler {
  readonly name: SchedulerName;
  /** How a person calls it. */
  readonly title: string;
  /** Shows whether it can be used here; any answer will do, unless only 0 means yes. */
  readonly presence: { readonly command: Command; readonly mustSucceed: boolean } | null;
  /** What to do when one of its commands fails. */
  readonly failureHint: string;
  render(job: Job, host: Host): readonly Artifact[];
  install(job: Job, host: Host): readonly Step[];
  uninstall(job: Job, host: Host): readonly Step[];
  /** How often it starts the command; with `dueCheck` the command itself skips what is too early. */
  tick(job: Job): Tick;
  /** When it starts the command next, as far as that can be computed. */
  nextStart(job: Job, after: Date): Date | null;
  /** When it starts the command next, by its own word. */
  readonly askNextStart?: (job: Job) => Question<Date | null>;
  /** What it says of the job beyond our files (null: it knows none), and what it says when all is well. */
  readonly askState?: (
    job: Job,
    host: Host,
  ) => Question<string | null> & { readonly expected: string };
}

export interface Tick {
  readonly seconds: number;
  readonly dueCheck: boolean;
}

/**
 * Runs a scheduler's own program in the environment that it needs. Throws `UserError` SCHEDULER_FAILED
 * when there is no answer.
 */
export type RunTool = (command: Command, input?: Uint8Array) => Promise<ExecResult>;
