import { join } from 'node:path';
import type { OpenRepository } from '../open-repository.ts';
import { lstatState } from '../../util/fs-sync.ts';
import { isFalse, lastValue } from './git-config.ts';
import type { UserConfig } from './user-config.ts';

const conversionKeys = ['core.autocrlf', 'core.eol'];

/** Returns a setting of the repository, or else of the user; null if neither exists. */
export const settingOf = (
  { config }: OpenRepository,
  userConfig: UserConfig,
  name: string,
): string | null => lastValue(config, name) ?? userConfig.get(name) ?? null;

/** Whether `status.showUntrackedFiles` hides untracked files. */
export const hidesUntracked = (repository: OpenRepository, userConfig: UserConfig): boolean =>
  isFalse(settingOf(repository, userConfig, 'status.showuntrackedfiles') ?? 'normal');

/** Whether `status.renames`, or else `diff.renames`, lets git detect renames. */
export function detectsRenames(repository: OpenRepository, userConfig: UserConfig): boolean {
  const value =
    settingOf(repository, userConfig, 'status.renames') ??
    settingOf(repository, userConfig, 'diff.renames') ??
    'true';
  return !isFalse(value);
}

/** Whether git may convert content because of a setting, or of attributes outside of the work tree. */
export function hasConversions(repository: OpenRepository, userConfig: UserConfig): boolean {
  const { config, commonDir } = repository;
  const files = [join(commonDir, 'info/attributes'), userConfig.get('core.attributesfile') ?? ''];
  return (
    conversionKeys.some((name) => settingOf(repository, userConfig, name) !== null) ||
    lastValue(config, 'core.attributesfile') !== null ||
    files.some((path) => path !== '' && lstatState(path) !== null)
  );
}
