import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FleetFile, FleetOptions } from '../schema/fleet.ts';
import { sanitizeLine } from '../util/text.ts';

/** How this machine presents itself: the part of its identity that the configuration determines. */
export interface HostName {
  readonly name: string;
  readonly team: string | null;
}

export const hostNameOf = ({ name, team }: FleetOptions, host: string): HostName => ({
  name: sanitizeLine(name ?? host, 100) || 'unnamed',
  team: team === undefined ? null : sanitizeLine(team, 100),
});

const unpublishedIdentity = ({
  id,
  secret,
  parent,
}: Pick<FleetFile, 'id' | 'secret' | 'parent'>): FleetFile => ({
  schemaVersion: 1,
  id,
  secret,
  seq: 0,
  token: null,
  attempts: [],
  parent,
  lastPublished: null,
  failingSince: null,
  lastError: null,
});

/** Returns the identity of a workspace that has not pushed yet. `parent` is the one of which it is a copy. */
export const newIdentity = (parent: string | null): FleetFile =>
  unpublishedIdentity({
    id: randomUUID(),
    secret: randomBytes(24).toString('base64url'),
    parent,
  });

/** Returns the identity of a machine that is known by its team and name. */
function namedIdentity({ name, team }: HostName): FleetFile {
  const digest = createHash('sha256')
    .update(JSON.stringify([team, name]))
    .digest('hex');
  const id = digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return unpublishedIdentity({ id, secret: null, parent: null });
}

/** Returns the stored identity if it is the one that the options ask for, else a new one. */
export function identityFor(
  options: FleetOptions,
  host: HostName,
  stored: FleetFile | null,
): FleetFile {
  if (options.identity === 'workspace') {
    return stored?.secret == null ? newIdentity(null) : stored;
  }
  const named = namedIdentity(host);
  return stored?.id === named.id && stored.secret === null ? stored : named;
}
