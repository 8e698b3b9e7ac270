// proper-lockfile alone with the interface of withLock: the race must find two owners with it, or it proves
// nothing.
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
    if (error.code === 'ELOCKED') return { held: false, holder: { type: 'free' } };
    throw error;
  }
  await work({ stage: workspace.lock });
  await release().catch(() => undefined);
  return { held: true };
}
