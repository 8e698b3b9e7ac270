import { setTimeout } from 'node:timers/promises';
import type { SignalResult, System } from '../system/system.ts';
import { judge, type Verdict } from './liveness.ts';
import type { Owner } from './owner.ts';

const patienceMs = 5000;
const pollMs = 20;

/**
 * Ends the process of an owner that hangs: asks it, wakes it up so that it can obey, and after 5 s ends
 * it by force. Answers what is known of it then: `dead`, or `alive` when it may not be ended or does not
 * end. Nothing is ever sent to a process that is not for certain that owner.
 */
export async function stopOwner(owner: Owner, self: Owner, system: System): Promise<Verdict> {
  const send = async (signal: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): Promise<SignalResult> => {
    const isOwner = (await judge(owner, self, system)) === 'alive';
    return isOwner ? system.signalProcess(owner.pid, signal) : 'missing';
  };
  if ((await send('SIGTERM')) === 'denied') return 'alive';
  await send('SIGCONT');
  if ((await waitForEnd(owner, self, system)) === 'dead') return 'dead';
  await send('SIGKILL');
  return waitForEnd(owner, self, system);
}

async function waitForEnd(owner: Owner, self: Owner, system: System): Promise<Verdict> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const verdict = await judge(owner, self, system);
    if (verdict === 'dead' || performance.now() >= untilMs) return verdict;
    await setTimeout(pollMs);
  }
}
