import type { System } from '../../system/system.ts';
import { UserError } from '../../util/errors.ts';

/** Upper limit in case the signal never aborts, in milliseconds. */
const timeoutMs = 10_000;

/** Runs a program in the environment of the user's session. Throws `UserError` with code `tool` or `timeout`. */
export async function runInSession(
  [file = '', ...args]: readonly string[],
  system: System,
  { env, ...options }: Omit<NonNullable<Parameters<System['exec']>[2]>, 'timeoutMs'>,
): Promise<void> {
  const { exitCode, stderr } = await system.exec(file, args, {
    ...options,
    env: { ...sessionEnv(system), ...env },
    timeoutMs,
  });
  if (exitCode === 0) return;
  const [reason = ''] = stderr.trim().split('\n');
  const suffix = reason && `: ${reason}`;
  throw new UserError('tool', `${file} exited with ${String(exitCode)}${suffix}`);
}

/** Returns the variables that a program needs to reach the user's session. Of these, cron sets only HOME. */
function sessionEnv({
  env,
  home,
  platform,
  processInfo,
}: System): Readonly<Record<string, string>> {
  const names = ['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'LANG', 'WAYLAND_DISPLAY', 'XAUTHORITY'];
  const known = names.flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  const runtimeDir = env['XDG_RUNTIME_DIR'] || `/run/user/${String(processInfo.uid)}`;
  return {
    HOME: home,
    ...(platform === 'linux'
      ? { XDG_RUNTIME_DIR: runtimeDir, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeDir}/bus` }
      : {}),
    ...Object.fromEntries(known),
  };
}
