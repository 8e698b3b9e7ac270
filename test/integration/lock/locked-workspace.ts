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

/** Returns the options of a run; `events` collects the emitted events. */
export function optionsFor(
  { paths }: TemporaryWorkspace,
  changes: Partial<LockOptions> = {},
): LockOptions & { readonly events: LockEvent[] } {
  const events: LockEvent[] = [];
  const onEvent = (event: LockEvent): void => void events.push(event);
  return { workspace: paths, staleMs, waitMs: 0, system, onEvent, events, ...changes };
}

/** Creates the directory of an owner in the lock, as if it had never released the lock. Returns its path. */
export async function leaveOwner(
  { paths }: TemporaryWorkspace,
  changes: Partial<Owner>,
  ageMinutes = 0,
): Promise<string> {
  const name = formatOwner({ ...(await identify(system)), ...changes });
  const dir = join(paths.lock, name);
  await mkdir(join(dir, 'stage'), { recursive: true });
  setAge(dir, ageMinutes);
  return dir;
}

export function setAge(path: string, minutes: number): void {
  const then = new Date(Date.now() - minutes * 60_000);
  lutimesSync(path, then, then);
}

/** Returns the names in `data/` except the configuration. */
export const dataOf = ({ paths }: TemporaryWorkspace): readonly string[] =>
  readdirSync(paths.data).filter((name) => name !== 'config');
