/**
 * Returns the page of a repository for the URL of its remote: `https://host/owner/name`. Null if there is none, such as
 * for a remote on the same machine. The result has no credentials, query or fragment.
 */
export function webAddress(remote: string | null): string | null {
  if (remote === null) return null;
  const scp = /^(?:[^@/:\s]+@)?([^/:@\s]+):(?!\/\/)(?!\\)(.+)$/.exec(remote);
  const isDrive = /^[a-z]:/i.test(remote);
  const text = scp === null || isDrive ? remote : `ssh://${scp[1] ?? ''}/${scp[2] ?? ''}`;
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, host, pathname } = new URL(text);
  if (!['http:', 'https:', 'ssh:', 'git:', 'git+ssh:'].includes(protocol)) return null;
  const isWeb = protocol === 'http:' || protocol === 'https:';
  const path = pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '');
  // Paths such as `~/x` and `/srv/x` are directories of a server, not pages of a forge.
  if (!/^[\w.-]+$/.test(hostname) || path === '' || path.startsWith('~')) return null;
  if (!isWeb && !hostname.includes('.')) return null;
  return `${isWeb ? protocol : 'https:'}//${isWeb ? host : hostname}/${path}`;
}
