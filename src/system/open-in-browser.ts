import { sanitizeLine } from '../util/text.ts';
import type { System } from './system.ts';

/** What a desktop's opener needs of the environment, and nothing else of it. */
const passedOn = [
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

/** Some openers are the browser itself: to give up on them would close it. */
const timeoutMs = 24 * 3_600_000;

/** Shows a file as the desktop shows such files. That it can't is said, and is no failure. */
export async function openInBrowser(path: string, system: System): Promise<void> {
  const env = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = system.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  try {
    const { exitCode, stderr } = await system.exec(openerOf(system), [path], { env, timeoutMs });
    // The Explorer exits with 1 when all went well.
    if (exitCode === 0 || system.platform === 'win32') return;
    tell(system, stderr.trim() || `it exited with ${String(exitCode)}`);
  } catch (error) {
    tell(system, error instanceof Error ? error.message : String(error));
  }
}

function openerOf({ platform }: System): string {
  if (platform === 'darwin') return 'open';
  return platform === 'win32' ? 'explorer.exe' : 'xdg-open';
}

const tell = ({ stderr }: System, why: string): void => {
  stderr.write(`! the page was not opened: ${sanitizeLine(why)}\n`);
};
