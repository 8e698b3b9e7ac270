import * as z from 'zod/mini';
import { documented } from './documented.ts';
import { day, timestamp } from './timestamp.ts';

const isSecretName = (text: string): boolean => /^\$[A-Z][A-Z0-9_]*$/.test(text);

/** Whether a text is an http or https URL without user name and password. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** A URL, or `$NAME` for a secret that is one. */
const address = z
  .string()
  .check(
    z.refine(
      (text) => isSecretName(text) || isWebAddress(text),
      'is neither an http or https URL (without user name and password) nor a name such as "$PING_URL"',
    ),
  );

const secretName = z
  .string()
  .check(z.refine(isSecretName, 'is not the name of a secret, such as "$NTFY_TOKEN"'));

const mailAddress = z
  .string()
  .check(
    z.refine(
      (text) =>
        /^[A-Za-z0-9][A-Za-z0-9._+=-]*(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)?$/.test(text),
      'is not a mail address, such as "ada@example.com", or the name of a local user',
    ),
  );

const emailOptions = z.strictObject({
  to: documented(
    'Recipients: mail addresses or local users.',
    z.array(mailAddress).check(z.minLength(1)),
    ['ada@example.com'],
  ),
  from: documented(
    'Sender. By default the current user on this machine.',
    z.optional(mailAddress),
    'sync-runner@example.com',
  ),
});

export const webhookFormats = ['generic', 'slack', 'discord', 'ntfy'] as const;

const webhookOptions = z.strictObject({
  url: documented(
    'URL, or `$NAME` to read it from the environment or `data/config/.env`.',
    address,
    '$WEBHOOK_URL',
  ),
  format: documented('Format of the message.', z._default(z.enum(webhookFormats), 'generic')),
  token: documented(
    '`$NAME` of the secret that is sent as `Authorization: Bearer …`.',
    z.optional(secretName),
    '$NTFY_TOKEN',
  ),
});

/**
 * The options of each channel: the registry from which the configuration keys, `notifications.json`, delivery,
 * `notify-test` and the check of `doctor` are derived. A channel is off without its key, or with `false`.
 */
const channelOptions = {
  webhook: documented(
    'Webhook that receives a message when health turns bad, when it recovers and once a day in between.',
    z.optional(webhookOptions),
  ),
  email: documented(
    'Mail, sent by the `sendmail` program of this machine (Postfix, Exim, msmtp and others have one).',
    z.optional(emailOptions),
  ),
  desktop: documented('Whether to show desktop notifications.', z._default(z.boolean(), false)),
  command: documented(
    'Program and arguments to start for every message, which it reads from stdin as JSON.',
    z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
    ['/usr/local/bin/notify', '--json'],
  ),
} as const;

export type ChannelName = keyof typeof channelOptions;
export const channelNames = Object.keys(channelOptions) as ChannelName[];

/** `notify` in the configuration: where the results of runs are reported. */
export const notifyOptions = documented(
  'Notifications about runs.',
  z.strictObject({
    ping: documented(
      'URL of a heartbeat monitor with the API of healthchecks.io, called for every run; or its `$NAME`.',
      z.optional(address),
      '$PING_URL',
    ),
    ...channelOptions,
    minSeverity: documented(
      'Severity from which a health problem is reported.',
      z._default(z.enum(['error', 'warning']), 'error'),
    ),
    weeklyDigest: documented(
      'Whether the first run of a week reports what the week before cost and what needs attention.',
      z._default(z.boolean(), true),
    ),
  }),
);

const lastSent = z.object({
  /** The state that the last message reported. */
  event: z.enum(['failure', 'recovery']),
  /** When the last message was sent, reminders included. */
  at: timestamp,
  /** The run that it reported. */
  run: timestamp,
  /** The worst severity of the reported failure. */
  severity: z._default(z.enum(['error', 'warning']), 'error'),
});

const lastNotices = z.object({
  /** The run that sent the last one. */
  run: timestamp,
  /** By budget: the highest percentage that was reported in a month. */
  budgets: z.record(
    z.string(),
    z.object({
      /** `YYYY-MM` */
      month: z.string(),
      /** The budget in US dollars. */
      monthlyUsd: z.number(),
      /** The threshold: 50, 80 or 100. */
      percent: z.number(),
    }),
  ),
  /** By source: the last day whose spike was reported. */
  spikes: z.record(z.string(), day),
  /** The first day of the last week whose digest was sent or omitted. */
  digest: day,
});

const perChannel = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.object(
    Object.fromEntries(channelNames.map((name) => [name, z.optional(schema)])) as Record<
      ChannelName,
      z.ZodMiniOptional<Schema>
    >,
  );

/** `data/notifications.json`: the messages that were sent, so that each is sent once. */
export const notificationsFile = z.object({
  schemaVersion: z.literal(1),
  /** The first failing run; null if the last one was successful. */
  failingSince: z.nullable(timestamp),
  /** The last message about health. */
  lastSent: perChannel(lastSent),
  /** The last messages about money. */
  lastNotices: z._default(perChannel(lastNotices), {}),
});

export type NotifyOptions = z.infer<typeof notifyOptions>;
export type WebhookOptions = NonNullable<NotifyOptions['webhook']>;
export type WebhookFormat = (typeof webhookFormats)[number];
export type EmailOptions = NonNullable<NotifyOptions['email']>;
export type LastNotices = z.infer<typeof lastNotices>;
export type NotificationsFile = z.infer<typeof notificationsFile>;

export const isEnabled = <Options>(
  options: Options,
): options is Exclude<Options, undefined | false> => options !== undefined && options !== false;

/** Whether the results of runs are reported anywhere. */
export const hasChannels = (options: NotifyOptions): boolean =>
  options.ping !== undefined || channelNames.some((name) => isEnabled(options[name]));
