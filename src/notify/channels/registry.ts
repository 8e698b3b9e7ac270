import { checkConfigTrust } from '../../config/config-trust.ts';
import type { Workspace } from '../../config/workspace.ts';
import {
  channelNames,
  isEnabled,
  isWebAddress,
  type ChannelName,
  type NotifyOptions,
} from '../../schema/notify.ts';
import type { System } from '../../system/system.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { shellQuote } from '../../util/shell.ts';
import type { ChannelContext, ChannelType, Send } from './channel.ts';
import { command } from './command.ts';
import { desktop } from './desktop.ts';
import { email } from './email.ts';
import { webhook } from './webhook.ts';

type EnabledOptions<Name extends ChannelName> = Exclude<NotifyOptions[Name], undefined | false>;
type ChannelTypes = { readonly [Name in ChannelName]: ChannelType<EnabledOptions<Name>> };

const channelTypes: ChannelTypes = { webhook, email, desktop, command };

export interface Channel {
  readonly name: ChannelName;
  readonly send: Send;
  readonly isRetriedByNextRun: boolean;
}

/** The configured channels with their secrets resolved. */
export interface Channels {
  /** URL of the dead-man switch. */
  readonly ping: string | null;
  readonly channels: readonly Channel[];
  /** Errors in the settings, without secrets. Channels with an error are omitted. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns the names of the secrets that the configuration refers to. */
export const secretNamesOf = (options: NotifyOptions): readonly string[] =>
  secretTextsOf(options).flatMap((text) => (text.startsWith('$') ? [text.slice(1)] : []));

/** Returns every secret text of the configuration by name, for the redactor, including parts of URLs. */
export function secretsToRedact(
  options: NotifyOptions,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const urls = [...secretTextsOf(options), ...Object.values(secrets)].filter(isWebAddress);
  const parts = urls.flatMap((text) => {
    const { href, pathname, search } = new URL(text);
    return [text, href, pathname.slice(1), search.slice(1)];
  });
  const named = parts.map((text, index) => [`url ${String(index)}`, text] as const);
  return { ...secrets, ...Object.fromEntries(named) };
}

const secretTextsOf = (options: NotifyOptions): readonly string[] => [
  ...(options.ping === undefined ? [] : [options.ping]),
  ...mapEnabled(options, (name, own) => channelTypes[name].secretTexts?.(own) ?? []).flat(),
];

/** Resolves the secrets and returns the channels that can be used. Throws `FileError`. */
export async function createChannels(
  options: NotifyOptions,
  secrets: Readonly<Record<string, string>>,
  { system, workspace }: { readonly system: System; readonly workspace: Workspace },
): Promise<Channels> {
  const diagnostics: Diagnostic[] = [];
  const resolveSecret = (key: string, text: string): string | null => {
    if (!text.startsWith('$')) return text;
    const name = text.slice(1);
    const value = secrets[name];
    if (value !== undefined) return value;
    const hint = `(umask 077; echo '${name}=...' >> ${shellQuote(workspace.secrets)})`;
    const details = { subject: `notify.${key}`, message: `${text} is not set`, hint };
    diagnostics.push(diagnostic('secret-not-set', details));
    return null;
  };
  const resolveUrl = (key: string, text: string): string | null => {
    const url = resolveSecret(key, text);
    if (url === null || isWebAddress(url)) return url;
    const message = `${text} is not an http or https URL without user name and password`;
    diagnostics.push(diagnostic('invalid-url', { subject: `notify.${key}`, message }));
    return null;
  };
  const untrusted =
    options.command === undefined ? null : await checkConfigTrust(workspace, system);
  const requireTrustedConfig = (): boolean => {
    if (untrusted !== null) diagnostics.push(untrusted);
    return untrusted === null;
  };
  const context: ChannelContext = {
    workspace,
    system,
    resolveSecret,
    resolveUrl,
    requireTrustedConfig,
  };
  const channels = mapEnabled(options, (name, own): readonly Channel[] => {
    const send = channelTypes[name].create(own, context);
    const { isRetriedByNextRun } = channelTypes[name];
    return send === null ? [] : [{ name, send, isRetriedByNextRun }];
  }).flat();
  const ping = options.ping === undefined ? null : resolveUrl('ping', options.ping);
  return { ping, channels, diagnostics };
}

/** Reports what the machine lacks for the enabled channels. */
export async function checkChannels(
  options: NotifyOptions,
  system: System,
): Promise<readonly Diagnostic[]> {
  const checks = mapEnabled(
    options,
    async (name) => (await channelTypes[name].check?.(system)) ?? [],
  );
  return (await Promise.all(checks)).flat();
}

function mapEnabled<Result>(
  options: NotifyOptions,
  map: <Name extends ChannelName>(name: Name, own: EnabledOptions<Name>) => Result,
): readonly Result[] {
  const mapOne = <Name extends ChannelName>(name: Name): readonly Result[] => {
    const own: NotifyOptions[Name] = options[name];
    return isEnabled(own) ? [map(name, own)] : [];
  };
  return channelNames.flatMap(mapOne);
}
