import { join } from 'node:path';
import type { OpenRepository } from '../open-repository.ts';
import { lstatState } from '../worktree/stat-rows.ts';
import { lastValue } from './git-config.ts';
import type { UserConfig } from './user-config.ts';

const conversionKeys = ['core.autocrlf', 'core.eol'];

/** Whether git may convert content because of a setting, or of attributes outside of the work tree. */
export function hasConversions(
  { config, commonDir }: OpenRepository,
  userConfig: UserConfig,
): boolean {
  const files = [join(commonDir, 'info/attributes'), userConfig.get('core.attributesfile') ?? ''];
  return (
    conversionKeys.some((name) => (lastValue(config, name) ?? userConfig.get(name)) != null) ||
    files.some((path) => path !== '' && lstatState(path) !== null)
  );
}
