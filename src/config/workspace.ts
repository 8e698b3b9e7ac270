import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SyncName } from '../schema/syncs.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { shellQuote } from '../util/shell.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { exists } from '../util/fs.ts';

/** The paths of the files of a workspace; `root` is the base of relative paths in the configuration. */
export type Workspace = Readonly<ReturnType<typeof workspaceAt>>;

type CacheName =
  | SyncName
  | `${SyncName}-result`
  | 'repositories'
  | 'discovery'
  | 'status'
  | 'derived'
  | 'rollups'
  | 'fleet';

export function workspaceAt(root: string) {
  const data = join(root, 'data');
  return {
    root,
    data,
    config: join(data, 'config', 'sync.json'),
    secrets: join(data, 'config', '.env'),
    status: join(data, 'sync-status.json'),
    notifications: join(data, 'notifications.json'),
    schema: join(data, 'schema'),
    log: join(data, 'logs', 'sync-runner.log'),
    /** Directory for the files of the installed schedule: its record, the previous crontab, the task definition. */
    schedule: join(data, 'schedule'),
    scheduleRecord: join(data, 'schedule', 'installed.json'),
    /** Exists from `install-schedule --run` until the run that it starts. */
    startRequest: join(data, 'schedule', 'start-request'),
    lock: join(data, '.sync-lock'),
    fleet: join(data, 'fleet.json'),
    publishLock: join(data, '.publish-lock'),
    analytics: join(data, 'analytics.json'),
    report: join(data, 'report.html'),
    snapshot: (sync: SyncName) => join(data, `${sync}.json`),
    cache: (name: CacheName) => join(data, 'cache', `${name}.bin`),
    historyDir: (series: SyncName | 'runs') => join(data, 'history', series),
  };
}

/** The facts other than the command line that determine the workspace. */
type WorkspaceHints = Pick<System, 'env' | 'cwd' | 'home' | 'platform'> & {
  readonly processInfo: Pick<System['processInfo'], 'uid'>;
};

/**
 * Returns the workspace: `--workspace`, `SYNC_RUNNER_WORKSPACE`, the nearest parent directory that contains
 * `data/config/sync.json`, or else the data directory of the user. Throws `UserError` with code `config` if the
 * parent directory belongs to another user: its configuration can start programs, so it has to be given explicitly.
 * Throws `UserError` with code `usage` if the home directory or the required current directory is unknown.
 */
export async function findWorkspace(
  option: string | undefined,
  hints: WorkspaceHints,
): Promise<Workspace> {
  // Computed first, so that an unknown home directory is reported before anything is done.
  const fallback = defaultWorkspace(hints);
  const named = option ?? (hints.env['SYNC_RUNNER_WORKSPACE'] || undefined);
  if (named !== undefined) return workspaceAt(resolvePath(named, hints));
  for (let dir = resolvePath('.', hints); ; dir = dirname(dir)) {
    const candidate = workspaceAt(dir);
    if (await isWorkspace(candidate, hints.processInfo.uid)) {
      await assertOwnedByUser(candidate, hints.processInfo.uid);
      return candidate;
    }
    if (dirname(dir) === dir) break;
  }
  return fallback;
}

/** Returns the workspace in the data directory of the user. */
export const defaultWorkspace = (
  hints: Pick<WorkspaceHints, 'env' | 'home' | 'platform'>,
): Workspace => workspaceAt(join(userDataDir(hints), 'sync-runner'));

function userDataDir({
  env,
  home,
  platform,
}: Pick<WorkspaceHints, 'env' | 'home' | 'platform'>): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env['XDG_DATA_HOME'] || join(home, '.local', 'share');
}

async function isWorkspace({ data, config }: Workspace, uid: number | null): Promise<boolean> {
  try {
    return await exists(config);
  } catch (error) {
    // An unrelated directory of another user, such as `/data`, is not a workspace of this user.
    if (errnoOf(error) === 'EACCES' && (await lstat(data)).uid !== uid) return false;
    throw error;
  }
}

/** The owner of any of these can change the configuration. */
async function assertOwnedByUser(
  { root, data, config }: Workspace,
  uid: number | null,
): Promise<void> {
  const owners = await Promise.all(
    [data, dirname(config), config].map(async (path) => (await lstat(path)).uid),
  );
  if (uid === null || owners.every((owner) => owner === uid || owner === 0)) return;
  throw new UserError('config', `the workspace ${root} belongs to another user`, {
    hint: `if you trust its owner, name it: --workspace ${shellQuote(root)}`,
  });
}
