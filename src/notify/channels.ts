import { isWebAddress, type ChannelName, type NotifyOptions } from '../schema/notify.ts';
import { UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { runCommand, showOnDesktop } from './local.ts';
import type { Message } from './message.ts';
import { sendWebhook } from './webhook.ts';

/** A destination for messages. */
export interface Channel {
  readonly name: ChannelName;
  /** Throws `UserError` TIMEOUT if the message may have arrived, another code if it certainly did not. */
  readonly send: (message: Message, signal: AbortSignal) => Promise<void>;
}

/** The configured channels with their secrets resolved. */
export interface Channels {
  /** URL of the dead-man switch. */
  readonly ping: string | null;
  readonly channels: readonly Channel[];
  /** One sentence for each unusable setting, without secrets. */
  readonly problems: readonly string[];
}

/** Returns the names of the secrets that the configuration refers to. */
export function secretNamesOf({ ping, webhook }: NotifyOptions): readonly string[] {
  return [ping, webhook?.url, webhook?.token]
    .filter((text) => text?.startsWith('$') === true)
    .map((text) => (text ?? '').slice(1));
}

/** Returns every secret text of the configuration by name, for the redactor, including parts of URLs. */
export function secretTextsOf(
  { ping, webhook }: NotifyOptions,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const urls = [ping, webhook?.url, ...Object.values(secrets)].filter(
    (text) => text !== undefined && isWebAddress(text),
  );
  const parts = urls.flatMap((text) => {
    const { href, pathname, search } = new URL(text ?? '');
    return [text ?? '', href, pathname.slice(1), search.slice(1)];
  });
  const named = parts.map((text, index) => [`url ${String(index)}`, text] as const);
  return { ...secrets, ...Object.fromEntries(named) };
}

/** Resolves the secrets. A channel whose secret is not set is omitted and reported in `problems`. */
export function channelsOf(
  options: NotifyOptions,
  secrets: Readonly<Record<string, string>>,
  { system, cwd }: { readonly system: System; readonly cwd: string },
): Channels {
  const problems: string[] = [];
  const fill = (key: string, text: string): string | null => {
    if (!text.startsWith('$')) return text;
    const value = secrets[text.slice(1)];
    if (value === undefined) problems.push(`notify.${key}: ${text} is not set`);
    return value ?? null;
  };
  const address = (key: string, text: string | undefined): string | null => {
    const url = text === undefined ? null : fill(key, text);
    if (url === null || isWebAddress(url)) return url;
    problems.push(
      `notify.${key}: ${String(text)} is no http or https URL without user name and password`,
    );
    return null;
  };
  const channels: Channel[] = [];
  const { webhook, command } = options;
  const url = address('webhook.url', webhook?.url);
  const token = webhook?.token === undefined ? null : fill('webhook.token', webhook.token);
  if (webhook !== undefined && url !== null && (token !== null || webhook.token === undefined)) {
    const { format } = webhook;
    const send: Channel['send'] = (message, signal) =>
      sendWebhook(message, { url, format, token, signal });
    channels.push({ name: 'webhook', send });
  }
  if (options.desktop) {
    channels.push({
      name: 'desktop',
      send: (message, signal) => showOnDesktop(message, system, signal),
    });
  }
  if (command !== undefined) {
    channels.push({
      name: 'command',
      send: (message, signal) => runCommand(command, message, { system, signal, cwd }),
    });
  }
  return { ping: address('ping', options.ping), channels, problems };
}

/** Returns true if a failed message certainly did not arrive, so that it can be sent again. */
export const isUndelivered = (error: unknown): boolean =>
  error instanceof UserError && error.code !== 'timeout';
