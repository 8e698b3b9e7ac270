import { join } from 'node:path';
import type { OpenRepository } from '../open-repository.ts';
import { lstatState } from '../worktree/stat-rows.ts';
import { lastValue } from './git-config.ts';
import type { UserConfig } from './user-config.ts';

const conversionKeys = ['core.autocrlf', 'core.eol'];

/** Whether `status.showUntrackedFiles` hides untracked files. */
export const hidesUntracked = ({ config }: OpenRepository, userConfig: UserConfig): boolean =>
  /^(?:no|false|off|0)$/i.test(
    lastValue(config, 'status.showuntrackedfiles') ??
      userConfig.get('status.showuntrackedfiles') ??
      '',
  );

/** Whether `status.renames`, or else `diff.renames`, lets git detect renames. */
export function detectsRenames({ config }: OpenRepository, userConfig: UserConfig): boolean {
  const valueOf = (name: string): string | null =>
    lastValue(config, name) ?? userConfig.get(name) ?? null;
  const value = valueOf('status.renames') ?? valueOf('diff.renames') ?? 'true';
  return !/^(?:no|false|off|0)$/i.test(value);
}

/** Whether git may convert content because of a setting, or of attributes outside of the work tree. */
export function hasConversions(
  { config, commonDir }: OpenRepository,
  userConfig: UserConfig,
): boolean {
  const files = [join(commonDir, 'info/attributes'), userConfig.get('core.attributesfile') ?? ''];
  return (
    conversionKeys.some((name) => (lastValue(config, name) ?? userConfig.get(name)) != null) ||
    lastValue(config, 'core.attributesfile') !== null ||
    files.some((path) => path !== '' && lstatState(path) !== null)
  );
}
