import * as z from 'zod/mini';
import { timestamp } from './timestamp.ts';

const isSecretName = (text: string): boolean => /^\$[A-Z][A-Z0-9_]*$/.test(text);

/** An address that something is sent to: http or https, without user name and password. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** A URL, or `$NAME`: the secret of that name, from the environment or `data/config/.env`, is the URL. */
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
  .check(z.refine(isSecretName, 'is no name of a secret, such as "$NTFY_TOKEN"'));

export const webhookFormats = ['generic', 'slack', 'discord', 'ntfy'] as const;

/** `notify` in the configuration: who is told how the runs go. */
export const notifyOptions = z.strictObject({
  /** A dead-man switch with the API of healthchecks.io: told of every run. */
  ping: z.optional(address),
  /** The others are told when it turns bad, when it recovers, and once a day while it stays bad. */
  webhook: z.optional(
    z.strictObject({
      url: address,
      format: z._default(z.enum(webhookFormats), 'generic'),
      /** Sent as `Authorization: Bearer …`. */
      token: z.optional(secretName),
    }),
  ),
  desktop: z._default(z.boolean(), false),
  /** A program and its arguments; it reads the message on stdin, as JSON. */
  command: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
});

export const channelNames = ['webhook', 'desktop', 'command'] as const;

/** What a channel was told last. */
const said = z.object({
  event: z.enum(['failure', 'recovery']),
  /** The last message, reminders included. */
  at: timestamp,
  /** The run that it was about. */
  run: timestamp,
});

/** `data/notifications.json`: so that everybody is told once. */
export const notificationsFile = z.object({
  schemaVersion: z.literal(1),
  /** The run with which it turned bad; null while all is well. */
  failingSince: z.nullable(timestamp),
  lastSent: z.object({
    webhook: z.optional(said),
    desktop: z.optional(said),
    command: z.optional(said),
  }),
});

export type NotifyOptions = z.infer<typeof notifyOptions>;
export type WebhookFormat = (typeof webhookFormats)[number];
export type ChannelName = (typeof channelNames)[number];
export type NotificationsFile = z.infer<typeof notificationsFile>;
