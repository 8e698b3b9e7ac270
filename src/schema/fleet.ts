import * as z from 'zod/mini';
import { documented } from './documented.ts';
import { count } from './numbers.ts';
import { parsePostgresUrl } from '../util/postgres-url.ts';
import { timestamp } from './timestamp.ts';

/** The data that is sent only if the configuration names it: paths, commit subjects and authors, the fields of the user. */
const shareNames = ['paths', 'commits', 'fields'] as const;

/** A PostgreSQL URL without a password, or `$NAME` for a secret that is one. */
const databaseUrl = z
  .string()
  .check(
    z.refine(
      (text) => /^\$[A-Z][A-Z0-9_]*$/.test(text) || isUrlWithoutPassword(text),
      'is neither a postgres:// URL (without password) nor a name such as "$FLEET_URL"',
    ),
  );

const isUrlWithoutPassword = (text: string): boolean => parsePostgresUrl(text)?.password === '';

const name = () =>
  z.string().check(
    z.maxLength(100),
    z.refine((text) => text.trim() !== '', 'is empty'),
  );

/** `fleet` in the configuration: the database in which several machines publish their data. */
export const fleetOptions = documented(
  'The PostgreSQL database in which this machine publishes its data, see `docs/fleet.md`.',
  z.strictObject({
    url: documented(
      'URL of the database, or `$NAME` to read it from the environment or `data/config/.env`. Without it nothing is sent.',
      z.optional(databaseUrl),
      '$FLEET_URL',
    ),
    name: documented(
      'Name of this machine in the database; the host name by default.',
      z.optional(name()),
      'build-1',
    ),
    team: documented('Groups machines.', z.optional(name()), 'platform'),
    everyMinutes: documented(
      'Minutes between two publications by runs. `publish` does not wait.',
      z._default(z.int().check(z.minimum(1), z.maximum(1440)), 60),
    ),
    timeoutSeconds: documented(
      'How much longer a run may take because of publishing.',
      z._default(z.int().check(z.minimum(1), z.maximum(300)), 10),
    ),
    ca: documented(
      'PEM file of the authority of the certificate of the database, relative to the workspace. The authorities of the system by default.',
      z.optional(z.string().check(z.minLength(1))),
      '/etc/ssl/fleet-ca.pem',
    ),
    identity: documented(
      'How the database knows this machine again: by `data/fleet.json` (`workspace`), or by team and name, for workspaces that do not last.',
      z._default(z.enum(['workspace', 'name']), 'workspace'),
    ),
    share: documented(
      'Additional data to send: `paths`, `commits` (subject and author of the last one), `fields` (client, tags, …).',
      z._default(z.array(z.enum(shareNames)), []),
    ),
    hideProjects: documented(
      'Globs of the ids of projects that are not sent. Their token usage is sent without a project.',
      z._default(z.array(z.string().check(z.minLength(1))), []),
    ),
  }),
);

const uuid = z.string().check(z.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** `data/fleet.json`: who this machine is in the database. */
export const fleetFile = z.object({
  schemaVersion: z.literal(1),
  id: uuid,
  /** Proves that the id is ours; null for `identity: "name"`. */
  secret: z.nullable(z.string().check(z.minLength(16))),
  /** The number of pushes that the database has accepted, and the token of the last one. */
  seq: count,
  token: z.nullable(uuid),
  /** Tokens of pushes that were sent and not confirmed. The database may have accepted any of them. */
  attempts: z.array(uuid),
  /** The id of the workspace of which this one is a copy. */
  parent: z.nullable(uuid),
  /** When everything was published last. */
  lastPublished: z.nullable(timestamp),
  failingSince: z.nullable(timestamp),
  lastError: z.nullable(z.object({ code: z.string(), message: z.string() })),
});

export type FleetOptions = z.infer<typeof fleetOptions>;
export type FleetFile = z.infer<typeof fleetFile>;
