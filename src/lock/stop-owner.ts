import { delay } from '../util/async.ts';
import type { SignalResult, System } from '../system/system.ts';
import { checkLiveness, type Liveness } from './liveness.ts';
import type { Owner } from './owner.ts';

const graceMs = 5000;
const pollMs = 20;

/**
 * Ends the process of an owner that hangs: SIGTERM, SIGCONT in case it is stopped, and SIGKILL after 5 s.
 * Returns `alive` if it may not be signalled or does not end. A process that is not certainly that owner
 * is never signalled.
 */
export async function stopOwner(owner: Owner, self: Owner, system: System): Promise<Liveness> {
  const send = async (signal: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): Promise<SignalResult> => {
    const isOwner = (await checkLiveness(owner, self, system)) === 'alive';
    return isOwner ? system.signalProcess(owner.pid, signal) : 'missing';
  };
  if ((await send('SIGTERM')) === 'denied') return 'alive';
  await send('SIGCONT');
  if ((await waitForEnd(owner, self, system)) === 'dead') return 'dead';
  await send('SIGKILL');
  return waitForEnd(owner, self, system);
}

async function waitForEnd(owner: Owner, self: Owner, system: System): Promise<Liveness> {
  const untilMs = performance.now() + graceMs;
  for (;;) {
    const liveness = await checkLiveness(owner, self, system);
    if (liveness === 'dead' || performance.now() >= untilMs) return liveness;
    await delay(pollMs);
  }
}
