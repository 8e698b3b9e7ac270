import { sanitizeLine } from '../../util/text.ts';
import type { GitConfig } from './git-config.ts';

/** Returns the URL of `origin`, or else of the only remote, without credentials and query. */
export function remoteUrl(config: GitConfig): string | null {
  const [name = 'origin', ...others] = remoteNames(config);
  // git fetches from the first of several URLs.
  const [url = ''] = config.get(`remote.${others.length === 0 ? name : 'origin'}.url`) ?? [];
  return withoutCredentials(url) || null;
}

/**
 * Removes user, password, query and fragment from a URL. Returns null if the password is indistinguishable from the
 * host, and for remote helpers (`ext::…`), which contain commands.
 */
export function withoutCredentials(text: string): string | null {
  const url = text.trim();
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (parts !== null) {
    const [, scheme = '', authority = '', path = ''] = parts;
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    const port = /^(?:\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(host);
    // This is how a password that contains a slash is parsed.
    if (port === null || (port[1] !== undefined && path.includes('@'))) return null;
    return sanitizeLine(`${scheme}://${host}${path}`);
  }
  if (/^[a-z][a-z0-9+.-]*::/i.test(url)) return null;
  // The scp-like form: `user:password@host:path` is possible, and the user name is public.
  return sanitizeLine(url.replace(/^([^/@:]+):[^/]*@/, '$1@'));
}

/** Returns the URLs of all remotes. */
export const remoteUrls = (config: GitConfig): readonly string[] =>
  [...config].flatMap(([name, urls]) => (/^remote\..+\.url$/s.test(name) ? urls : []));

/** Returns the names of all remotes with a URL. */
export const remoteNames = (config: GitConfig): readonly string[] =>
  [...config.keys()].flatMap((name) => /^remote\.(.+)\.url$/s.exec(name)?.[1] ?? []);
