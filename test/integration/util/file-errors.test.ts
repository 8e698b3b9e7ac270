import * as fs from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readSecrets } from '../../../src/config/secrets.ts';
import { findWorkspace } from '../../../src/config/workspace.ts';
import { loadOverview } from '../../../src/analytics/load-overview.ts';
import { getScheduleStatus } from '../../../src/schedule/get-schedule-status.ts';
import { stablePath } from '../../../src/schedule/stable-path.ts';
import { hasCommit } from '../../../src/store/commit.ts';
import { findProgramOrNull } from '../../../src/system/find-program.ts';
import { exists } from '../../../src/util/fs.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

vi.mock('node:fs', { spy: true });
vi.mock('node:fs/promises', { spy: true });

const promiseFunctions = ['access', 'lstat', 'open', 'realpath'] as const;

afterEach(() => {
  vi.mocked(fs.lstatSync).mockRestore();
  for (const name of promiseFunctions) vi.mocked(fsPromises[name]).mockRestore();
});

const failure = (code: string): Error => Object.assign(new Error(code), { code });
const system = testSystem({ env: {} });

describe('exists', () => {
  test.each(['ENOENT', 'ENOTDIR'])('returns false for %s', async (code) => {
    vi.mocked(fsPromises.access).mockRejectedValue(failure(code));
    expect(await exists('/a/b')).toBe(false);
  });

  test.each(['EACCES', 'EIO', 'EMFILE'])(
    'throws a FileError with the path for %s',
    async (code) => {
      vi.mocked(fsPromises.access).mockRejectedValue(failure(code));
      const error = { name: 'FileError', code, path: '/a/b' };
      await expect(exists('/a/b')).rejects.toMatchObject(error);
    },
  );
});

describe('findWorkspace', () => {
  const hintsFor = (cwd: string, uid = 0): Parameters<typeof findWorkspace>[1] => ({
    ...{ env: {}, cwd, home: '/home/nobody', platform: 'linux' },
    processInfo: { uid },
  });

  test('rejects with the path of sync.json when it cannot be accessed', async () => {
    await using workspace = await temporaryWorkspace();
    const { uid } = fs.statSync(workspace.paths.data);
    vi.mocked(fsPromises.access).mockRejectedValue(failure('EACCES'));
    await expect(findWorkspace(undefined, hintsFor(workspace.root, uid))).rejects.toMatchObject({
      code: 'EACCES',
      message: `${workspace.paths.config}: permission denied (EACCES)`,
    });
  });

  test('skips a data directory of another user that cannot be accessed', async () => {
    await using workspace = await temporaryWorkspace();
    const { uid } = fs.statSync(workspace.paths.data);
    vi.mocked(fsPromises.access).mockImplementation((path) =>
      Promise.reject(failure(path === workspace.paths.config ? 'EACCES' : 'ENOENT')),
    );
    const { root } = await findWorkspace(undefined, hintsFor(workspace.root, uid + 1));
    expect(root).toBe('/home/nobody/.local/share/sync-runner');
  });
});

test('getScheduleStatus reports an unknown state when the record cannot be accessed', async () => {
  await using workspace = await temporaryWorkspace();
  vi.mocked(fsPromises.access).mockRejectedValue(failure('EIO'));
  expect(await getScheduleStatus(workspace.paths, () => null, system)).toMatchObject({
    state: 'unknown',
    message: `${workspace.paths.scheduleRecord}: input/output error (EIO)`,
  });
});

test('hasCommit throws when the record cannot be accessed', () => {
  vi.mocked(fs.lstatSync).mockImplementation(() => {
    throw failure('EACCES');
  });
  expect(() => hasCommit('/stage')).toThrow('permission denied (EACCES)');
});

test('readSecrets names the file when it cannot be accessed', async () => {
  await using workspace = await temporaryWorkspace();
  vi.mocked(fsPromises.lstat).mockRejectedValue(failure('EACCES'));
  await expect(readSecrets(workspace.paths, system)).rejects.toMatchObject({
    code: 'secrets',
    message: `${workspace.paths.secrets}: permission denied (EACCES)`,
  });
});

test('stablePath returns the path itself when it cannot be resolved', async () => {
  const path = '/opt/node-22.1.0/bin/node';
  vi.mocked(fsPromises.realpath).mockRejectedValue(failure('EACCES'));
  expect(await stablePath(path, 'node', '/usr/bin')).toBe(path);
});

test('loadOverview rejects when analytics.json cannot be accessed and the cached run had none', async () => {
  await using workspace = await temporaryWorkspace();
  const { encodeDerivedCache } = await import('../../../src/analytics/derived-cache.ts');
  const overview = {
    ...{ dayEndsAt: null, monthEndsAt: null },
    ...{ usage: [], budgets: [], projects: null },
  };
  await workspace.write('data/cache/derived.bin', '');
  fs.writeFileSync(
    workspace.paths.cache('derived'),
    encodeDerivedCache({ inputs: '', analyticsKey: null, overview }),
  );
  expect(await loadOverview(workspace.paths)).toEqual(overview);
  vi.mocked(fsPromises.lstat).mockRejectedValue(failure('EACCES'));
  await expect(loadOverview(workspace.paths)).rejects.toMatchObject({
    message: expect.stringContaining('permission denied (EACCES)') as string,
  });
});

test('findProgramOrNull rejects when the machine runs out of memory', async () => {
  vi.mocked(fsPromises.access).mockRejectedValue(failure('ENOMEM'));
  await expect(findProgramOrNull('/usr/bin/never-searched', system)).rejects.toThrow('ENOMEM');
});
