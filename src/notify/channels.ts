import { isWebAddress, type ChannelName, type NotifyOptions } from '../schema/notify.ts';
import type { Workspace } from '../config/workspace.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { shellQuote } from '../util/shell.ts';
import { UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { runCommand, showOnDesktop } from './local.ts';
import type { Message } from './message.ts';
import { sendWebhook } from './webhook.ts';

/** Somewhere that a message can be sent to. */
export interface Channel {
  readonly name: ChannelName;
  /** Throws `UserError`: TIMEOUT when it may have arrived, anything else when it has not. */
  readonly send: (message: Message, signal: AbortSignal) => Promise<void>;
}

/** The configuration with its secrets filled in. */
export interface Channels {
  /** URL of the dead-man switch. */
  readonly ping: string | null;
  readonly channels: readonly Channel[];
  /** Why a channel can't be used, without secrets. */
  readonly problems: readonly Diagnostic[];
}

/** Names of the secrets that the configuration asks for. */
export function secretNamesOf({ ping, webhook }: NotifyOptions): readonly string[] {
  return [ping, webhook?.url, webhook?.token]
    .filter((text) => text?.startsWith('$') === true)
    .map((text) => (text ?? '').slice(1));
}

/** Every text of the configuration and its secrets that must not be told: by name, for the redactor. */
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

/** Fills in the secrets. A secret that is not set leaves out what needs it, and is a problem. */
export function channelsOf(
  options: NotifyOptions,
  secrets: Readonly<Record<string, string>>,
  { system, workspace }: { readonly system: System; readonly workspace: Workspace },
): Channels {
  const problems: Diagnostic[] = [];
  const cwd = workspace.root;
  const fill = (key: string, text: string): string | null => {
    if (!text.startsWith('$')) return text;
    const name = text.slice(1);
    const value = secrets[name];
    if (value !== undefined) return value;
    const hint = `(umask 077; echo '${name}=...' >> ${shellQuote(workspace.secrets)})`;
    const details = { subject: `notify.${key}`, message: `${text} is not set`, hint };
    problems.push(diagnostic('secret-not-set', details));
    return null;
  };
  const address = (key: string, text: string | undefined): string | null => {
    const url = text === undefined ? null : fill(key, text);
    if (url === null || isWebAddress(url)) return url;
    const message = `${String(text)} is not an http or https URL without user name and password`;
    problems.push(diagnostic('invalid-url', { subject: `notify.${key}`, message }));
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

/** Whether a message that failed has certainly not arrived, and is worth another try. */
export const isUndelivered = (error: unknown): boolean =>
  error instanceof UserError && error.code !== 'timeout';
