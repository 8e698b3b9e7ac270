import { UserError } from '../../../util/errors.ts';

/**
 * Returns the base URL of an API without trailing slashes: the variable `name`, for proxies, or `defaultUrl`. Throws
 * `UserError` with code `secrets` if it is not a plain http(s) URL; the message does not contain the value.
 */
export function baseUrlOf(
  secrets: Readonly<Record<string, string>>,
  name: string,
  defaultUrl: string,
): string {
  const value = secrets[name] ?? defaultUrl;
  const url = URL.canParse(value) ? new URL(value) : null;
  const isPlain =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (isPlain) return url.href.replace(/\/+$/, '');
  throw new UserError('secrets', `${name} is not a plain http(s) URL`, {
    hint: 'use a URL without user, password, query and fragment',
  });
}
