import * as z from 'zod/mini';

/** `data/schedule/installed.json`: the scheduler with the schedule of this workspace, and the command. */
export const scheduleRecord = z.object({
  schemaVersion: z.literal(1),
  target: z.enum(['crontab', 'systemd', 'launchd', 'task-scheduler']),
  id: z.string(),
  workspace: z.string(),
  /** Path of node and path of the program. */
  command: z.tuple([z.string(), z.string()]),
  /** Path of git; null if it was not found. */
  git: z.optional(z.nullable(z.string())),
  /** Whether `install-schedule --pause` stopped it. */
  paused: z.optional(z.boolean()),
});

export type ScheduleRecord = z.infer<typeof scheduleRecord>;
