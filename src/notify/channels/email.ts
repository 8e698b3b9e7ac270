import { randomUUID } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import type { EmailOptions } from '../../schema/notify.ts';
import type { System } from '../../system/system.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { UserError } from '../../util/errors.ts';
import { exists } from '../../util/fs.ts';
import { mailText } from '../mail-text.ts';
import type { ChannelType } from './channel.ts';
import { runInSession } from './session-command.ts';

/** Where mail servers install `sendmail`; the PATH of cron does not contain these directories. */
const sendmailDirs = ['/usr/sbin', '/usr/lib', '/usr/local/sbin', '/opt/homebrew/sbin'];
/** `-i`: a line with a dot does not end the message; `-t`: the recipients are those of the header. */
const sendmailArgs = ['-i', '-t'];
const missingHint = 'sudo apt-get install msmtp-mta';

/** Mail through the `sendmail` program of the machine. */
export const email: ChannelType<EmailOptions> = {
  create:
    ({ to, from }, { system }) =>
    async ({ title, text }, signal) => {
      const sendmail = await findSendmail(system);
      if (sendmail === null) throw new UserError('tool', 'sendmail was not found');
      const sender = from ?? defaultSender(system);
      const id = `${randomUUID()}@${sender.split('@')[1] ?? 'localhost'}`;
      const mail = { from: sender, to, subject: title, text, date: system.now(), id };
      await runInSession([sendmail, ...sendmailArgs], system, { input: mailText(mail), signal });
    },
  isRetriedByNextRun: true,
  check: async (system) => {
    if ((await findSendmail(system)) !== null) return [];
    const details = { subject: 'notify.email', message: 'sendmail was not found' };
    return [diagnostic('sendmail-missing', { ...details, hint: missingHint })];
  },
};

async function findSendmail({ env }: System): Promise<string | null> {
  const dirs = (env['PATH'] ?? '').split(':').filter((dir) => isAbsolute(dir));
  for (const dir of [...dirs, ...sendmailDirs]) {
    const path = join(dir, 'sendmail');
    if (await exists(path)) return path;
  }
  return null;
}

/** Returns the current user on this machine, without characters that an address may not contain. */
function defaultSender({ env, processInfo }: System): string {
  const clean = (text: string | undefined): string => (text ?? '').replace(/[^A-Za-z0-9.-]/g, '');
  const user = clean(env['LOGNAME']) || clean(env['USER']) || 'sync-runner';
  return `${user}@${clean(processInfo.host) || 'localhost'}`;
}
