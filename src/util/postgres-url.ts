/** Stands for the missing host of a URL such as `postgres://role@/database?host=/run/postgresql`. */
export const noHost = '_';

/**
 * Parses the URL of a PostgreSQL database. As in libpq, the host may be empty after a role, which `URL` does not allow:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS. Returns null for other texts.
 */
export function parsePostgresUrl(text: string): URL | null {
  const complete = text.replace(/^(postgres(?:ql)?:\/\/[^/?#@]*@)(?=[/?])/, `$1${noHost}`);
  if (!URL.canParse(complete)) return null;
  const url = new URL(complete);
  return /^postgres(?:ql)?:$/.test(url.protocol) ? url : null;
}
