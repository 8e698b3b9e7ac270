import { UserError } from '../../../util/errors.ts';

/**
 * The address of an API, without a slash at its end: the variable `name`, for proxies, or `usual`. Throws `UserError`
 * SECRETS, which does not quote it, when it is no plain http(s) address.
 */
export function baseUrlOf(
  secrets: Readonly<Record<string, string>>,
  name: string,
  usual: string,
): string {
  const value = secrets[name] ?? usual;
  const url = URL.canParse(value) ? new URL(value) : null;
  const isPlain =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (isPlain) return url.href.replace(/\/+$/, '');
  throw new UserError('secrets', `${name} is no plain address of an API`, {
    hint: 'it starts with https:// and has no user, password, ? or #',
  });
}
