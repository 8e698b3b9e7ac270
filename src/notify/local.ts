import { UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import type { Message } from './message.ts';

/** Upper limit in case the signal never aborts, in milliseconds. */
const timeoutMs = 10_000;

/** Shows a desktop notification. Throws `UserError` TOOL or TIMEOUT, for example without a desktop session. */
export async function showOnDesktop(
  message: Message,
  system: System,
  signal: AbortSignal,
): Promise<void> {
  const { file, args, env } = desktopCommand(message, system);
  const { exitCode, stderr } = await system.exec(file, args, {
    env: { ...sessionOf(system), ...env },
    timeoutMs,
    signal,
  });
  if (exitCode !== 0) throw failed(file, exitCode, stderr);
}

/** Runs the configured command with the message as JSON on its stdin. Throws `UserError` TOOL or TIMEOUT. */
export async function runCommand(
  [file = '', ...args]: readonly string[],
  message: Message,
  { system, signal, cwd }: { system: System; signal: AbortSignal; cwd: string },
): Promise<void> {
  const { exitCode, stderr } = await system.exec(file, args, {
    cwd,
    env: sessionOf(system),
    input: `${JSON.stringify(message)}\n`,
    timeoutMs,
    signal,
  });
  if (exitCode !== 0) throw failed(file, exitCode, stderr);
}

function failed(file: string, exitCode: number, stderr: string): UserError {
  const [reason = ''] = stderr.trim().split('\n');
  return new UserError('tool', `${file} ended with ${String(exitCode)}${reason && `: ${reason}`}`);
}

/** Returns the variables that a program needs to reach the user's session. Of these, cron sets only HOME. */
function sessionOf({
  env,
  home,
  platform,
  processInfo: self,
}: System): Readonly<Record<string, string>> {
  const names = ['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'LANG', 'WAYLAND_DISPLAY', 'XAUTHORITY'];
  const known = names.flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${String(self.uid)}`;
  return {
    HOME: home,
    ...(platform === 'linux'
      ? { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` }
      : {}),
    ...Object.fromEntries(known),
  };
}

/** Returns the command that shows a notification. The text is an argument or a variable, never part of a script. */
export function desktopCommand(
  { title, text, event }: Message,
  { platform }: Pick<System, 'platform'>,
): {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  switch (platform) {
    case 'darwin':
      return { file: '/usr/bin/osascript', args: ['-e', appleScript, title, text], env: {} };
    case 'win32':
      return {
        file: 'powershell.exe',
        args: ['-NoProfile', '-NonInteractive', '-Command', toastScript],
        env: { TOAST_TITLE: title, TOAST_TEXT: text },
      };
    default: {
      const urgency = event === 'failure' || event === 'reminder' ? 'critical' : 'normal';
      // The body is markup (https://specifications.freedesktop.org/notification-spec/latest/markup.html).
      const body = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const options = ['--app-name=sync-runner', `--urgency=${urgency}`];
      return { file: 'notify-send', args: [...options, '--', title, body], env: {} };
    }
  }
}

const appleScript = `on run argv
  display notification (item 2 of argv) with title (item 1 of argv)
end run`;

/** Windows requires the application id of an installed program; this one belongs to PowerShell. */
const toastScript = [
  '$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]',
  '$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)',
  "$texts = $xml.GetElementsByTagName('text')",
  '$null = $texts.Item(0).AppendChild($xml.CreateTextNode($env:TOAST_TITLE))',
  '$null = $texts.Item(1).AppendChild($xml.CreateTextNode($env:TOAST_TEXT))',
  "$id = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'",
  '[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($id).Show([Windows.UI.Notifications.ToastNotification]::new($xml))',
].join('; ');
