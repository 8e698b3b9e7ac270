import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { errnoOf, exitCodes, UserError } from '../util/errors.ts';
import {
  ensureDir,
  exists,
  fsyncDir,
  readRegularFile,
  replaceFile,
  toFileError,
  writeNewFile,
} from '../util/fs.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { configTemplate } from '../output/config-template.ts';
import { jsonLine } from '../output/json.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { GlobalFlags } from './command.ts';

/** Directories below the home directory that are used when no root is given. */
const defaultRootNames = ['code', 'src', 'projects', 'dev', 'work', 'repos', 'git'];

/** `sync-runner init`: writes a commented configuration and the JSON Schemas. */
export async function init(
  flags: GlobalFlags,
  system: System,
  roots: readonly string[],
): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  if (await exists(workspace.config)) throw configExistsError(workspace);
  const chosen = roots.length > 0 ? await resolveRoots(roots, system) : await findRoots(system);
  const schema = await copySchemas(workspace, system);
  await writeConfig(workspace, configTemplate({ roots: chosen, schema }));
  if (flags.json === true) {
    const document = { schemaVersion: 1, config: workspace.config, roots: chosen };
    system.stdout.write(jsonLine(document));
  } else if (flags.quiet !== true) {
    system.stdout.write(
      `Wrote ${workspace.config}\n` +
        `Project roots: ${chosen.join(', ')}\n` +
        `Next:\n  sync-runner run\n  sync-runner status\n`,
    );
  }
  return exitCodes.done;
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
    hint: 'edit it, or move it away first',
  });

/** Returns the roots as absolute paths or below `~`. Throws `UserError` if one of them is not a directory. */
async function resolveRoots(roots: readonly string[], system: System): Promise<readonly string[]> {
  for (const root of roots) {
    if (!(await isDirectory(resolvePath(root, system)))) {
      throw new UserError('usage', `${root}: not a directory`, {
        hint: 'pass existing directories',
      });
    }
  }
  return roots.map((root) => abbreviateHome(resolvePath(root, system), system.home));
}

async function findRoots(system: System): Promise<readonly string[]> {
  const candidates = defaultRootNames.map((name) => join(system.home, name));
  const found: string[] = [];
  for (const path of candidates) {
    if (await isDirectory(path)) found.push(abbreviateHome(path, system.home));
  }
  return found.length > 0 ? found : [abbreviateHome(resolvePath('.', system), system.home)];
}

/** Abbreviates the home directory as `~`, so that the configuration can be shared between machines. */
function abbreviateHome(path: string, home: string): string {
  const below = relative(home, path);
  if (below === '') return '~';
  return below.startsWith('..') || resolve(below) === below
    ? path
    : `~/${below.split(sep).join('/')}`;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return false;
    throw toFileError(error, path);
  }
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
