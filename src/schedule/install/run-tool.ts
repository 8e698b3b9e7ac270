import { errnoOf, UserError } from '../../util/errors.ts';
import type { System } from '../../system/system.ts';
import type { RunTool } from '../scheduler.ts';

const timeoutMs = 60_000;

/** Runs the schedulers' programs: in English, and able to find the user's service manager. */
export function runToolOf({ exec, env, home, platform, processInfo: self }: System): RunTool {
  const bus = env['DBUS_SESSION_BUS_ADDRESS'];
  const environment = {
    LC_ALL: 'C',
    HOME: home,
    // Absent in cron jobs, sudo and some ssh sessions.
    ...(platform === 'linux'
      ? { XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] || `/run/user/${String(self.uid)}` }
      : {}),
    ...(bus ? { DBUS_SESSION_BUS_ADDRESS: bus } : {}),
  };
  return async ([file, ...args], input) => {
    try {
      const options = { env: environment, timeoutMs, ...(input === undefined ? {} : { input }) };
      return await exec(file, args, options);
    } catch (error) {
      if (!(error instanceof UserError) && errnoOf(error) === null) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new UserError('scheduler-failed', message, { cause: error });
    }
  };
}
