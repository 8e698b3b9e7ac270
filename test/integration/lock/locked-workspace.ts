import { lutimesSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockEvent, LockOptions } from '../../../src/lock/index.ts';
import { identify } from '../../../src/lock/liveness.ts';
import { formatOwner, type Owner } from '../../../src/lock/owner.ts';
import { testSystem } from '../../helpers/context.ts';
import type { TemporaryWorkspace } from '../../helpers/workspace.ts';

export const system = testSystem();
const staleMs = 3_600_000;

/** What a run would ask for; `events` collects what it hears. */
export function optionsFor(
  { paths }: TemporaryWorkspace,
  changes: Partial<LockOptions> = {},
): LockOptions & { readonly events: LockEvent[] } {
  const events: LockEvent[] = [];
  const onEvent = (event: LockEvent): void => void events.push(event);
  return { workspace: paths, staleMs, waitMs: 0, system, onEvent, events, ...changes };
}

/** Puts an owner's folder into the lock, as if it had taken it and never let go. */
export async function leaveOwner(
  { paths }: TemporaryWorkspace,
  changes: Partial<Owner>,
  ageMinutes = 0,
): Promise<string> {
  const name = formatOwner({ ...(await identify(system)), ...changes });
  const folder = join(paths.lock, name);
  await mkdir(join(folder, 'stage'), { recursive: true });
  setAge(folder, ageMinutes);
  return folder;
}

export function setAge(path: string, minutes: number): void {
  const then = new Date(Date.now() - minutes * 60_000);
  lutimesSync(path, then, then);
}

/** What lies in `data/` but for the configuration. */
export const dataOf = ({ paths }: TemporaryWorkspace): readonly string[] =>
  readdirSync(paths.data).filter((name) => name !== 'config');
