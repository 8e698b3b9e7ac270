import type { System } from '../../system/system.ts';
import { errnoOf, messageOf, UserError } from '../../util/errors.ts';
import type { Probe, RunTool } from '../scheduler.ts';

const timeoutMs = 60_000;

/** Returns a function that runs scheduler commands, with messages in English and the user's service manager. */
export function createRunTool({ exec, env, home, platform, processInfo }: System): RunTool {
  const bus = env['DBUS_SESSION_BUS_ADDRESS'];
  const environment = {
    LC_ALL: 'C',
    HOME: home,
    // Not set in cron jobs, under sudo and in some ssh sessions.
    ...(platform === 'linux'
      ? { XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] || `/run/user/${String(processInfo.uid)}` }
      : {}),
    ...(bus ? { DBUS_SESSION_BUS_ADDRESS: bus } : {}),
  };
  return async ([file, ...args], input) => {
    try {
      const options = { env: environment, timeoutMs, ...(input === undefined ? {} : { input }) };
      return await exec(file, args, options);
    } catch (error) {
      if (!(error instanceof UserError) && errnoOf(error) === null) throw error;
      throw new UserError('scheduler-failed', messageOf(error), { cause: error });
    }
  };
}

/** Resolves with the result of a probe; null if its command fails. Rejects as `RunTool` does. */
export async function runProbe<Result>(
  { command, parse }: Probe<Result>,
  runTool: RunTool,
): Promise<Result | null> {
  const { exitCode, stdout } = await runTool(command);
  return exitCode === 0 ? parse(Buffer.from(stdout).toString('utf8')) : null;
}
