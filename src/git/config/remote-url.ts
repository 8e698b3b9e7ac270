import { sanitizeLine } from '../../util/text.ts';
import type { GitConfig } from './git-config.ts';

/** The URL of `origin`, else of the only remote, without credentials, query and control characters. */
export function remoteUrl(config: GitConfig): string | null {
  const remotes = [...config.keys()].filter((name) => /^remote\..+\.url$/s.test(name));
  const name = remotes.length === 1 ? remotes[0] : 'remote.origin.url';
  // Of several addresses git fetches from the first.
  const [url = ''] = (name === undefined ? null : config.get(name)) ?? [];
  return withoutCredentials(url) || null;
}

/**
 * An address without what may be secret in it: user, password, query and fragment. Null where that
 * can't be told apart from the host, and for addresses of remote helpers (`ext::…`), which hold commands.
 */
export function withoutCredentials(url: string): string | null {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (parts !== null) {
    const [, scheme = '', authority = '', path = ''] = parts;
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    const port = /^(?:\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(host);
    // A password with a slash in it would look like this.
    if (port === null || (port[1] !== undefined && path.includes('@'))) return null;
    return sanitizeLine(`${scheme}://${host}${path}`);
  }
  if (/^[a-z][a-z0-9+.-]*::/i.test(url)) return null;
  // The scp form: a user name is no secret, but what follows a colon in it may be one.
  return sanitizeLine(url.replace(/^([^/@:]+):[^/]*@/, '$1@'));
}
