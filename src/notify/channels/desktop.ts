import type { System } from '../../system/system.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import type { Message } from '../message.ts';
import type { ChannelType } from './channel.ts';
import { runInSession } from './session-command.ts';

/** A notification on the desktop. It fails without a desktop session. */
export const desktop: ChannelType<true> = {
  create:
    (_options, { system }) =>
    (message, signal) => {
      const { file, args, env } = desktopCommand(message, system);
      return runInSession([file, ...args], system, { env, signal });
    },
  // A machine without a desktop has none in the next run either.
  isRetriedByNextRun: false,
  check: async ({ platform, exec }) => {
    if (platform !== 'linux') return [];
    try {
      await exec('notify-send', ['--version'], { timeoutMs: 3000 });
      return [];
    } catch {
      const hint = 'sudo apt-get install libnotify-bin';
      const details = { subject: 'notify.desktop', message: 'notify-send was not found', hint };
      return [diagnostic('notify-send-missing', details)];
    }
  },
};

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
