import type { Stats } from 'node:fs';
import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { syncNames } from '../schema/sync-names.ts';
import { resolveRoot } from '../discovery/discover.ts';
import { shellQuote } from '../util/shell.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

type Line = Omit<Finding, 'id'>;

export const roots: Check = {
  id: 'roots',
  run: async ({ config, workspace, system }) => {
    if (config === null) return [];
    const findings = await Promise.all(
      config.projects.roots.map(async (configured, index) => {
        const path = resolveRoot(configured, { workspaceRoot: workspace.root, home: system.home });
        return lookAtRoot(`projects.roots[${String(index)}]`, path, system);
      }),
    );
    if (findings.length === 0) {
      return [warn('projects.roots is empty: no project is found', `edit ${workspace.config}`)];
    }
    const bad = findings.flat();
    const good = findings.filter((one) => one.length === 0).length;
    return good === 0 ? bad : [...bad, ok(`${String(good)} of ${String(findings.length)} roots`)];
  },
};

/** Returns the findings for a root, none if it is usable. */
async function lookAtRoot(key: string, path: string, system: System): Promise<readonly Line[]> {
  if (!(await answers(path, system))) {
    const message = `${key} does not answer; a network mount that is gone? ${path}`;
    return [fail(message, `umount -l ${shellQuote(path)}`)];
  }
  try {
    if (!(await stat(path)).isDirectory()) {
      return [fail(`${key} is no folder: ${path}`, 'remove it from projects.roots')];
    }
    const entries = await readdir(path);
    if (entries.length === 0) return [warn(`${key} is empty: ${path}`, null)];
  } catch (error) {
    return [unreadable(key, path, errnoOf(error))];
  }
  if (path === system.home || path === parse(path).root) {
    const message = `${key} is all of ${path}: every run walks through it`;
    return [warn(message, 'name the folders in which your projects are in projects.roots')];
  }
  return (await isRemote(path))
    ? [warn(`${key} lies on a network file system, which is slow: ${path}`, null)]
    : [];
}

function unreadable(key: string, path: string, errno: string | null): Line {
  if (errno === 'ENOENT') {
    const fix = `mkdir -p ${shellQuote(path)}  # or remove it from projects.roots`;
    return fail(`${key} does not exist: ${path}`, fix);
  }
  if (errno === 'EACCES') {
    return fail(`${key} cannot be read: ${path}`, `chmod u+rx ${shellQuote(path)}`);
  }
  return fail(`${key} cannot be read (${errno ?? 'unknown'}): ${path}`, null);
}

/**
 * Returns false if a path does not respond. A child process checks it, because a system call on a stale
 * network mount may block forever and would keep this process from exiting.
 */
async function answers(path: string, { exec, platform }: System): Promise<boolean> {
  if (platform === 'win32') return true;
  try {
    await exec('ls', ['-d', '--', path], { timeoutMs: 3000 });
    return true;
  } catch (error) {
    return !(error instanceof UserError && error.code === 'timeout');
  }
}

/** Values of `f_type` in statfs(2) for NFS, SMB, CIFS, SMB2 and 9p. */
const remoteTypes: readonly number[] = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997];

async function isRemote(path: string): Promise<boolean> {
  const { type } = await statfs(path);
  return remoteTypes.includes(type >>> 0);
}

export const data: Check = {
  id: 'data',
  run: async ({ workspace, system }) => {
    const findings: Line[] = [];
    const folders = [
      workspace.data,
      dirname(workspace.config),
      ...[...syncNames, 'runs' as const].map(workspace.historyDir),
      join(workspace.data, 'cache'),
      dirname(workspace.log),
    ];
    for (const folder of folders) findings.push(...(await lookAtFolder(folder, system)));
    const config = await stat(workspace.config).catch(() => null);
    if (config !== null && system.platform !== 'win32') {
      findings.push(...openToAll(workspace.config, config));
    }
    const exists = await stat(workspace.data).catch(() => null);
    if (exists === null) {
      const message = `${workspace.data} is not there yet; the first run makes it`;
      return [warn(message, 'sync-runner run')];
    }
    if (await isRemote(workspace.data)) {
      const message = `${workspace.data} lies on a network file system, where the lock is not safe: move it to a local disk`;
      findings.push(warn(message, null));
    }
    return findings.length > 0 ? findings : [ok(`${workspace.data} can be written`)];
  },
};

async function lookAtFolder(
  path: string,
  { processInfo: self, platform }: System,
): Promise<readonly Line[]> {
  let stats;
  try {
    stats = await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  if (!stats.isDirectory()) {
    return [fail(`${path} is no folder`, `mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}`)];
  }
  if (platform === 'win32') return [];
  if (self.uid !== 0 && stats.uid !== self.uid) {
    const fix = `sudo chown -R "$(id -un)" ${shellQuote(path)}`;
    return [fail(`${path} belongs to another user`, fix)];
  }
  // Check the mode, because access(2) always succeeds for root.
  if ((stats.mode & 0o700) !== 0o700) {
    return [fail(`${path} cannot be written`, `chmod u+rwx ${shellQuote(path)}`)];
  }
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch {
    return [fail(`${path} cannot be written (is the file system read-only?)`, null)];
  }
  return openToAll(path, stats);
}

/** Warns if other users can write to a path, because its contents control which programs a run starts. */
const openToAll = (path: string, { mode }: Stats): readonly Line[] =>
  (mode & 0o002) === 0
    ? []
    : [warn(`${path} can be written by everybody`, `chmod o-w ${shellQuote(path)}`)];

const mebibyte = 1024 * 1024;
const scarceBytes = 500 * mebibyte;
const lackingBytes = 50 * mebibyte;

export const disk: Check = {
  id: 'disk',
  run: async ({ workspace }) => {
    const { path, free, isOutOfFiles } = await fileSystemOf(workspace.data);
    const text = `${String(Math.floor(free / mebibyte))} MiB free at ${path}`;
    const fix = `df -h ${shellQuote(path)}; du -sh ${shellQuote(path)}`;
    if (free < lackingBytes) return [fail(text, fix)];
    if (isOutOfFiles) return [fail(`no more files fit at ${path}`, fix)];
    return [free < scarceBytes ? warn(text, fix) : ok(text)];
  },
};

/** Returns the nearest existing directory and the bytes on its file system that unprivileged users may use. */
async function fileSystemOf(
  path: string,
): Promise<{ readonly path: string; readonly free: number; readonly isOutOfFiles: boolean }> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(path);
    return { path, free: bavail * bsize, isOutOfFiles: files > 0 && ffree === 0 };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return fileSystemOf(dirname(path));
  }
}
