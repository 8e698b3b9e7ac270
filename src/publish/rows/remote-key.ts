const withScheme = /^(?!file:)[\w+.-]+:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::\d+)?\/+(.+)$/i;
/** `user@host:path`, as of scp. A host of one letter is a drive of Windows. */
const likeScp = /^(?:[^@/:]*@)?([^:/\\@]{2,}):(?!\/\/)\/?([^\\]+)$/;

const ignoringCase = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'dev.azure.com']);

/**
 * Returns `github.com/org/repo` for every spelling of the URL of a remote, so that checkouts of one repository have the
 * same key on every machine. Null for a local path and without a remote.
 */
export function remoteKey(remote: string | null): string | null {
  const match = withScheme.exec(remote ?? '') ?? likeScp.exec(remote ?? '');
  const [, host = '', path = ''] = match ?? [];
  const name = host.toLowerCase().replace(/^(?:ssh|altssh)\./, '');
  let key = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  if (name === '' || key === '') return null;
  if (name === 'dev.azure.com') key = key.replace(/^v3\/([^/]+)\/([^/]+)\/(.+)$/, '$1/$2/_git/$3');
  return `${name}/${ignoringCase.has(name) ? key.toLowerCase() : key}`;
}
