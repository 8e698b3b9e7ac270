import * as z from 'zod/mini';

/** `data/schedule/installed.json`: the scheduler with the schedule of this workspace, and the command. */
export const scheduleRecord = z.object({
  schemaVersion: z.literal(1),
  /** The scheduler. */
  target: z.enum(['crontab', 'systemd', 'launchd', 'task-scheduler']),
  /** Identifies the workspace in the names of jobs. */
  id: z.string(),
  /** The absolute path of the workspace. */
  workspace: z.string(),
  /** Path of node and path of the program. */
  command: z.tuple([z.string(), z.string()]),
  /** Path of git; null if it was not found. */
  git: z.optional(z.nullable(z.string())),
  /** Whether `install-schedule --pause` stopped it. */
  paused: z.optional(z.boolean()),
});

export type ScheduleRecord = z.infer<typeof scheduleRecord>;
