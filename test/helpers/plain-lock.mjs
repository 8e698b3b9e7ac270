// The package as it is, in the clothes of our lock: what the race must find doubles with, lest it proves
// nothing about ours.
import { lock } from 'proper-lockfile';

export async function withLock({ workspace, staleMs }, work) {
  let release;
  try {
    release = await lock(workspace.data, {
      lockfilePath: workspace.lock,
      stale: staleMs,
      update: 10_000,
      realpath: false,
      onCompromised: () => undefined,
    });
  } catch (error) {
    if (error.code === 'ELOCKED') return { held: false, holder: { kind: 'free' } };
    throw error;
  }
  await work({ stage: workspace.lock });
  await release().catch(() => undefined);
  return { held: true };
}
