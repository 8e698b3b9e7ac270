import type { Snapshot } from '../schema/syncs.ts';
import { userFieldsOf } from '../schema/user-fields.ts';

/** Returns a function that returns the client of a project, by its id; null without one. */
export function createClientFinder(
  registry: Snapshot<'projects'> | null,
): (id: string | null) => string | null {
  const clients = new Map(registry?.projects.map((one) => [one.id, userFieldsOf(one).client]));
  return (id) => (id === null ? null : (clients.get(id) ?? null));
}
