import { messageOf } from '../util/errors.ts';
import { sanitizeLine } from '../util/text.ts';
import type { System } from './system.ts';

/** The variables that the opener of a desktop needs; it gets no others. */
const passedVariables = [
  'HOME',
  'USER',
  'LANG',
  'BROWSER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'XDG_CURRENT_DESKTOP',
  'XDG_SESSION_TYPE',
  'XDG_CONFIG_HOME',
  'XDG_DATA_DIRS',
  'SystemRoot',
  'USERPROFILE',
  'LOCALAPPDATA',
];

/** Some openers are the browser itself, which a timeout would close. */
const timeoutMs = 24 * 3_600_000;

/** Opens a file with the default application of the desktop. A failure is only printed. */
export async function openInBrowser(path: string, system: System): Promise<void> {
  const env = Object.fromEntries(
    passedVariables.flatMap((name) => {
      const value = system.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  try {
    const { exitCode, stderr } = await system.exec(openerOf(system), [path], { env, timeoutMs });
    // The Explorer exits with 1 after success.
    if (exitCode === 0 || system.platform === 'win32') return;
    // Before the last line, xdg-open lists every browser that it tried.
    const reason = stderr.trim().split('\n').at(-1);
    printFailure(system, reason || `it exited with ${String(exitCode)}`);
  } catch (error) {
    printFailure(system, messageOf(error));
  }
}

function openerOf({ platform }: System): string {
  if (platform === 'darwin') return 'open';
  return platform === 'win32' ? 'explorer.exe' : 'xdg-open';
}

const printFailure = ({ stderr }: System, reason: string): void => {
  stderr.write(`! the page was not opened: ${sanitizeLine(reason)}\n`);
};
