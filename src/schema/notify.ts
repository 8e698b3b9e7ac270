import * as z from 'zod/mini';
import { timestamp } from './timestamp.ts';

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

export const webhookFormats = ['generic', 'slack', 'discord', 'ntfy'] as const;

/**
 * The options of each channel: the registry from which the configuration keys, `notifications.json`, delivery,
 * `notify-test` and the check of `doctor` are derived. A channel is off without its key, or with `false`.
 */
const channelOptions = {
  webhook: z.optional(
    z.strictObject({
      url: address,
      format: z._default(z.enum(webhookFormats), 'generic'),
      /** Sent as `Authorization: Bearer …`. */
      token: z.optional(secretName),
    }),
  ),
  desktop: z._default(z.boolean(), false),
  /** A program and its arguments. It reads the message as JSON from stdin. */
  command: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
} as const;

export type ChannelName = keyof typeof channelOptions;
export const channelNames = Object.keys(channelOptions) as ChannelName[];

/** `notify` in the configuration: where the results of runs are reported. */
export const notifyOptions = z.strictObject({
  /** URL of a dead-man switch with the API of healthchecks.io, which is pinged by every run. */
  ping: z.optional(address),
  // A channel gets a message on failure, on recovery, and once a day while the failure lasts.
  ...channelOptions,
});

/** The last message of a channel. */
const lastSent = z.object({
  event: z.enum(['failure', 'recovery']),
  /** When the last message was sent, reminders included. */
  at: timestamp,
  /** The run that it reported. */
  run: timestamp,
});

/** `data/notifications.json`: what was sent, so that it is sent once. */
export const notificationsFile = z.object({
  schemaVersion: z.literal(1),
  /** The first failing run; null if the last one was successful. */
  failingSince: z.nullable(timestamp),
  lastSent: z.object(
    Object.fromEntries(channelNames.map((name) => [name, z.optional(lastSent)])) as Record<
      ChannelName,
      z.ZodMiniOptional<typeof lastSent>
    >,
  ),
});

export type NotifyOptions = z.infer<typeof notifyOptions>;
export type WebhookOptions = NonNullable<NotifyOptions['webhook']>;
export type WebhookFormat = (typeof webhookFormats)[number];
export type NotificationsFile = z.infer<typeof notificationsFile>;

/** Whether the channel with these options is enabled. */
export const isEnabled = <Options>(
  options: Options,
): options is Exclude<Options, undefined | false> => options !== undefined && options !== false;

/** Whether the results of runs are reported anywhere. */
export const hasChannels = (options: NotifyOptions): boolean =>
  Object.values(options).some(isEnabled);
