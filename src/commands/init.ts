import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { errnoOf, exitCodes, UserError } from '../util/errors.ts';
import { exists, isDirectory, readRegularFile } from '../util/fs.ts';
import { ensureDir, fsyncDir, replaceFile, writeNewFile } from '../util/fs-write.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { configTemplate } from '../output/commands/config-template.ts';
import { initText } from '../output/commands/init-text.ts';
import { jsonLine } from '../output/json.ts';
import { detectMachine } from '../setup/detect-machine.ts';
import {
  countRepositories,
  findRoots,
  usualDirsText,
  type RootCandidate,
  type SkippedDir,
} from '../discovery/find-roots.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { GlobalFlags } from './command.ts';

/** `sync-runner init`: writes a commented configuration and the JSON Schemas, and reports what it found. */
export async function init(
  flags: GlobalFlags,
  system: System,
  args: readonly string[],
): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  if (await exists(workspace.config)) throw configExistsError(workspace);
  const { roots, skipped } =
    args.length > 0
      ? { roots: await resolveRoots(args, system), skipped: [] }
      : await findRoots(system);
  if (roots.length === 0) throw noRootError(skipped);
  const abbreviate = <Dir extends { readonly path: string }>(dir: Dir): Dir => ({
    ...dir,
    path: abbreviateHome(dir.path, system.home),
  });
  const chosen = roots.map(abbreviate);
  const paths = chosen.map(({ path }) => path);
  const schema = await copySchemas(workspace, system);
  await writeConfig(workspace, configTemplate({ roots: paths, schema }));
  if (flags.quiet === true && flags.json !== true) return exitCodes.done;
  const machine = await detectMachine(workspace, system);
  const found = { config: workspace.config, ...machine, skipped: skipped.map(abbreviate) };
  if (flags.json === true) {
    const repositories = chosen.map(({ repositories: count }) => count);
    system.stdout.write(jsonLine({ schemaVersion: 1, ...found, roots: paths, repositories }));
  } else {
    const form = { workspace: flags.workspace, columns: system.stdout.columns };
    system.stdout.write(await initText({ ...found, roots: chosen }, form));
  }
  return exitCodes.done;
}

function noRootError(skipped: readonly SkippedDir[]): UserError {
  const links = skipped.map(({ path, reason }) =>
    reason === 'link' ? `; ${path} is a link` : `; ${path} can't be read`,
  );
  const message = `no git repository found in ${usualDirsText}${links.join('')}; nothing was written`;
  return new UserError('config', message, {
    hint: 'sync-runner init DIRECTORY…, with the directories that contain your projects',
  });
}

async function writeConfig(workspace: Workspace, text: string): Promise<void> {
  const { config } = workspace;
  await ensureDir(dirname(config));
  try {
    await writeNewFile(config, text);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw configExistsError(workspace);
    await rm(config, { force: true });
    throw error;
  }
  await fsyncDir(dirname(config));
}

const configExistsError = ({ config }: Workspace): UserError =>
  new UserError('config', `${config} already exists; nothing was changed`, {
    hint: 'edit it, move it away first, or choose another workspace: sync-runner init -w DIRECTORY',
  });

/** Throws `UserError` if one of the roots is not a directory. */
async function resolveRoots(
  roots: readonly string[],
  system: System,
): Promise<readonly RootCandidate[]> {
  const resolved = roots.map((root) => ({ root, path: resolvePath(root, system) }));
  for (const { root, path } of resolved) {
    if (await isDirectory(path)) continue;
    throw new UserError('usage', `${root}: not a directory`, {
      hint: 'pass existing directories',
    });
  }
  const counted: RootCandidate[] = [];
  for (const { path } of resolved) counted.push(await countRepositories(path));
  return counted;
}

/** Abbreviates the home directory as `~`, so that the configuration can be shared between machines. */
function abbreviateHome(path: string, home: string): string {
  const below = relative(home, path);
  if (below === '') return '~';
  return below.startsWith('..') || resolve(below) === below
    ? path
    : `~/${below.split(sep).join('/')}`;
}

/**
 * Copies the schemas of all files out of the package, so that editors and programs can use them offline. Returns the
 * path of that of the configuration, relative to it.
 */
async function copySchemas(workspace: Workspace, system: System): Promise<string | null> {
  const shipped = join(dirname(system.processInfo.command[1]), '..', 'data', 'schema');
  const names = await readdir(shipped).catch((): string[] => []);
  for (const name of names) {
    const target = join(workspace.schema, name);
    const source = await readRegularFile(join(shipped, name), { maxBytes: 1024 * 1024 });
    if (source === null) continue;
    await ensureDir(workspace.schema);
    if (!(await readFile(target).catch(() => null))?.equals(source.bytes)) {
      await replaceFile(target, source.bytes);
    }
  }
  const name = 'config.schema.json';
  return names.includes(name) ? `../schema/${name}` : null;
}
