import * as z from 'zod/mini';

/** `data/schedule/installed.json`: where the schedule of this workspace was installed, and what it starts. */
export const scheduleRecord = z.object({
  schemaVersion: z.literal(1),
  target: z.enum(['crontab', 'systemd', 'launchd', 'task-scheduler']),
  id: z.string(),
  workspace: z.string(),
  /** Node and the program. */
  command: z.tuple([z.string(), z.string()]),
});

export type ScheduleRecord = z.infer<typeof scheduleRecord>;
