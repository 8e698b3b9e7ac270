import packageJson from '../../../package.json' with { type: 'json' };
import { readStatusFile } from '../../store/status-file.ts';
import { nullIfUnreadable } from '../../util/errors.ts';
import type { SessionOptions } from '../push-session.ts';

/** Returns what a push contains about the host itself. */
export async function hostFacts({
  workspace,
  host,
  options,
  timeZone,
  system,
}: Pick<
  SessionOptions,
  'workspace' | 'host' | 'options' | 'timeZone' | 'system'
>): Promise<object> {
  const status = await nullIfUnreadable(readStatusFile(workspace));
  return {
    ...host,
    version: packageJson.version,
    platform: system.platform,
    timeZone,
    pushMinutes: options.everyMinutes,
    lastRun: status?.run.id ?? null,
    outcome: status?.status ?? null,
  };
}
