import packageJson from '../../../package.json' with { type: 'json' };
import type { Workspace } from '../../config/workspace.ts';
import type { FleetOptions } from '../../schema/fleet.ts';
import { readStatusFile } from '../../store/status-file.ts';
import type { System } from '../../system/system.ts';
import { nullIfUnreadable } from '../../util/errors.ts';
import type { HostName } from '../identity.ts';

interface HostContext {
  readonly workspace: Workspace;
  readonly host: HostName;
  readonly options: FleetOptions;
  readonly timeZone: string;
  readonly system: System;
}

/** Returns what a push contains about the host itself. */
export async function hostFacts({
  workspace,
  host,
  options,
  timeZone,
  system,
}: HostContext): Promise<object> {
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
