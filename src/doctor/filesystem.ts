import type { Stats } from 'node:fs';
import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { resolveRoot } from '../discovery/resolve-root.ts';
import { syncNames } from '../schema/sync-names.ts';
import type { System } from '../system/system.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { errnoOf, isMachineProblem, UserError } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import { readAccessHint } from '../util/macos-privacy.ts';
import { shellQuote } from '../util/shell.ts';
import { passed, type Check } from './check.ts';

export const roots: Check = {
  id: 'roots',
  run: async ({ config, workspace, system }) => {
    if (config === null) return [];
    const results = await Promise.all(
      config.projects.roots.map(async (configured, index) => {
        const path = resolveRoot(configured, { workspaceRoot: workspace.root, home: system.home });
        return checkRoot(`projects.roots[${String(index)}]`, path, system);
      }),
    );
    if (results.length === 0) {
      const message = 'the list is empty, so no projects are found';
      const hint = `edit ${workspace.config}`;
      return [diagnostic('no-roots', { subject: 'projects.roots', message, hint })];
    }
    const good = results.filter((one) => one.length === 0).length;
    const summary = passed(`${String(good)} of ${String(results.length)} roots`);
    return good === 0 ? results.flat() : [...results.flat(), summary];
  },
};

async function checkRoot(
  subject: string,
  path: string,
  system: System,
): Promise<readonly Diagnostic[]> {
  if (!(await isResponsive(path, system))) {
    const message = `${path} does not respond; it may be a network mount whose server is gone`;
    const hint = `umount -l ${shellQuote(path)}`;
    return [diagnostic('root-unresponsive', { subject, message, hint })];
  }
  try {
    if (!(await stat(path)).isDirectory()) {
      const hint = 'remove it from projects.roots';
      const message = `${path} is not a directory`;
      return [diagnostic('root-not-a-directory', { subject, message, hint })];
    }
    if ((await readdir(path)).length === 0) {
      return [diagnostic('root-empty', { subject, message: `${path} is empty` })];
    }
  } catch (error) {
    return [unreadableRoot(subject, path, errnoOf(error))];
  }
  if (path === system.home || path === parse(path).root) {
    const message = `every run searches all of ${path}`;
    const hint = 'list the directories that contain your projects in projects.roots';
    return [diagnostic('root-too-broad', { subject, message, hint })];
  }
  if (!(await isRemote(path))) return [];
  const message = `${path} is on a network file system, which is slow`;
  return [diagnostic('root-on-network', { subject, message })];
}

function unreadableRoot(subject: string, path: string, errno: string | null): Diagnostic {
  if (errno === 'ENOENT') {
    const hint = `mkdir -p ${shellQuote(path)}  # or remove it from projects.roots`;
    return diagnostic('root-missing', { subject, message: `${path} does not exist`, hint });
  }
  const hint = readAccessHint(path, errno);
  const message = `${path} can't be read (${errno ?? 'unknown error'})`;
  return diagnostic('root-unreadable', { subject, message, hint });
}

/**
 * Whether `stat` of a path returns, tried by another process: a system call on a dead network mount would
 * block this one forever.
 */
async function isResponsive(path: string, { exec, platform }: System): Promise<boolean> {
  if (platform === 'win32') return true;
  try {
    await exec('ls', ['-d', '--', path], { timeoutMs: 3000 });
    return true;
  } catch (error) {
    return !(error instanceof UserError && error.code === 'timeout');
  }
}

/** `f_type` of statfs(2) for NFS, SMB, CIFS, SMB2 and 9p. */
const remoteTypes: readonly number[] = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997];

async function isRemote(path: string): Promise<boolean> {
  const { type } = await statfs(path);
  return remoteTypes.includes(type >>> 0);
}

export const data: Check = {
  id: 'data',
  run: async ({ workspace, system }) => {
    const dirs = [
      workspace.data,
      dirname(workspace.config),
      ...[...syncNames, 'runs' as const].map(workspace.historyDir),
      join(workspace.data, 'cache'),
      dirname(workspace.log),
    ];
    const findings: Diagnostic[] = [];
    for (const dir of dirs) findings.push(...(await checkDir(dir, system)));
    const config = await statOrNull(workspace.config);
    if (config !== null && system.platform !== 'win32') {
      findings.push(...checkWorldWritable(workspace.config, config));
    }
    const subject = workspace.data;
    if ((await statOrNull(subject)) === null) {
      const message = 'does not exist yet; the first run creates it';
      return [diagnostic('data-not-created', { subject, message, hint: 'sync-runner run' })];
    }
    if (await isRemote(subject)) {
      const message = 'is on a network file system, where the lock is not reliable';
      const hint = 'move the workspace to a local disk';
      findings.push(diagnostic('data-on-network', { subject, message, hint }));
    }
    return findings.length > 0 ? findings : [passed(`${subject} is writable`)];
  },
};

async function checkDir(
  subject: string,
  { processInfo, platform }: System,
): Promise<readonly Diagnostic[]> {
  const stats = await statOrNull(subject);
  if (stats === null) return [];
  const path = shellQuote(subject);
  if (!stats.isDirectory()) {
    const hint = `mv ${path} ${shellQuote(`${subject}.bad`)}`;
    return [diagnostic('data-not-a-directory', { subject, message: 'is not a directory', hint })];
  }
  if (platform === 'win32') return [];
  if (processInfo.uid !== 0 && stats.uid !== processInfo.uid) {
    const hint = `sudo chown -R "$(id -un)" ${path}`;
    const message = 'is owned by another user';
    return [diagnostic('data-owned-by-other', { subject, message, hint })];
  }
  // Checked by mode, because access(2) always succeeds for root.
  if ((stats.mode & 0o700) !== 0o700) {
    const hint = `chmod u+rwx ${path}`;
    return [diagnostic('data-not-writable', { subject, message: 'is not writable', hint })];
  }
  try {
    await access(subject, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (isMachineProblem(error) && errnoOf(error) !== 'EROFS') throw toFileError(error, subject);
    const message = 'is not writable; the file system may be read-only';
    return [diagnostic('data-not-writable', { subject, message })];
  }
  return checkWorldWritable(subject, stats);
}

/** The files decide which programs a run starts, so only the user may write them. */
function checkWorldWritable(subject: string, { mode }: Stats): readonly Diagnostic[] {
  if ((mode & 0o002) === 0) return [];
  const hint = `chmod o-w ${shellQuote(subject)}`;
  return [diagnostic('world-writable', { subject, message: 'is writable by every user', hint })];
}

const mebibyte = 1024 * 1024;
const warningBytes = 500 * mebibyte;
const errorBytes = 50 * mebibyte;

export const disk: Check = {
  id: 'disk',
  run: async ({ workspace }) => {
    const { path, freeBytes, isOutOfInodes } = await statFileSystem(workspace.data);
    const message = `${String(Math.floor(freeBytes / mebibyte))} MiB free at ${path}`;
    const hint = `df -h ${shellQuote(path)}; du -sh ${shellQuote(path)}`;
    if (freeBytes < errorBytes) return [diagnostic('disk-full', { message, hint })];
    if (isOutOfInodes) {
      return [diagnostic('disk-full', { message: `no free inodes at ${path}`, hint })];
    }
    if (freeBytes < warningBytes) return [diagnostic('disk-almost-full', { message, hint })];
    return [passed(message)];
  },
};

/** Returns the space of the nearest existing ancestor; `freeBytes` are those available to unprivileged users. */
async function statFileSystem(path: string): Promise<{
  readonly path: string;
  readonly freeBytes: number;
  readonly isOutOfInodes: boolean;
}> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(path);
    return { path, freeBytes: bavail * bsize, isOutOfInodes: files > 0 && ffree === 0 };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return statFileSystem(dirname(path));
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw toFileError(error, path);
  }
}
