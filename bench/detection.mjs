/**
 * Compares the main language and the licence of projects with github-linguist and licensee. The projects are packages
 * of the npm registry, each committed to a repository of its own: those below, or those named as arguments. Needs
 * both tools (on Debian: apt-get install ruby-github-linguist ruby-licensee).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const defaultPackages =
  `argparse@2.0.1 axe-core@4.14.1 better-sqlite3@12.11.1 blueimp-file-upload@10.32.0 bootstrap@5.3.3
  @capacitor/ios@8.5.2 caniuse-lite@1.0.30001828 dompurify@3.5.0 elkjs@0.12.1 exiftool-vendored.pl@13.59.3
  ffmpeg-static@5.3.0 @fontsource/roboto@5.3.0 glob@11.0.0 hubot@3.3.2 jszip@3.10.1 leveldown@6.1.1 lru-cache@11.5.3
  mupdf@1.28.1 n@10.2.0 nib@1.2.0 node-addon-api@8.9.2 node-gyp@10.3.1 npm@10.9.9 @openzeppelin/contracts@5.7.0
  react-native-screens@3.37.0 react-native-webview@16.0.0 spdx-license-ids@3.0.24 sqlite3@6.0.1 svelte-spa-router@5.1.1
  tree-sitter-rust@0.24.0 truncate-utf8-bytes@1.0.2 tslib@2.8.1 tweetnacl@1.0.3 typescript@5.9.3 uglify-js@3.19.3
  web3-utils@1.10.4`.split(/\s+/);
const packages = process.argv.length > 2 ? process.argv.slice(2) : defaultPackages;
const program = fileURLToPath(new URL('../bin/sync-runner.cjs', import.meta.url));
const workspace = mkdtempSync(join(tmpdir(), 'detection-'));
const code = join(workspace, 'code');

function commitPackage(name, index) {
  const dir = join(code, String(index).padStart(3, '0'));
  mkdirSync(dir, { recursive: true });
  const [archive] = execFileSync('npm', ['pack', '--silent', name], {
    cwd: workspace,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  execFileSync('tar', ['xzf', join(workspace, archive), '-C', dir, '--strip-components=1']);
  rmSync(join(workspace, archive));
  const git = (...args) => execFileSync('git', ['-C', dir, ...args], { stdio: 'ignore' });
  git('init', '-q');
  git('add', '--all', '--force');
  git('-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '-q', '-m', 'x');
  return dir;
}

const run = (command, ...args) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout;

/** Returns the language with most bytes. */
function linguistLanguage(dir) {
  const languages = Object.entries(JSON.parse(run('github-linguist', dir, '--json') || '{}'));
  return languages.sort(([, a], [, b]) => b.size - a.size)[0]?.[0] ?? null;
}

/** Returns the licences that licensee recognizes in the files of the project, and those by file. */
function licenseeLicense(dir) {
  const { matched_files: files } = JSON.parse(run('licensee', 'detect', '--json', dir));
  const isKnown = ({ matched_license: license }) => !/^(?:NOASSERTION|NONE)$/.test(license);
  const known = files.filter(isKnown).map((file) => file.matched_license);
  const byFile = files.map((file) => `${file.filename}: ${file.matched_license}`);
  return { license: [...new Set(known)].join(' + ') || null, byFile };
}

const familyOf = (license) => license?.replace(/-(?:only|or-later)$/, '') ?? null;

try {
  mkdirSync(join(workspace, 'data/config'), { recursive: true });
  writeFileSync(
    join(workspace, 'data/config/sync.json'),
    JSON.stringify({ projects: { roots: ['code'] } }),
  );
  const dirs = packages.map(commitPackage);
  run(process.execPath, program, 'run', '--workspace', workspace, '--only', 'projects');
  const { projects } = JSON.parse(readFileSync(join(workspace, 'data/projects.json'), 'utf8'));
  const header = ['package', 'language', 'linguist', 'license', 'licensee', 'files'];
  console.log(`| ${header.join(' | ')} |\n|${'---|'.repeat(header.length)}`);
  let differences = 0;
  for (const [index, dir] of dirs.entries()) {
    const project = projects.find(({ path }) => path === dir);
    const language = Object.keys(project.stack.languages ?? {})[0] ?? null;
    const expected = linguistLanguage(dir);
    const { license, byFile } = licenseeLicense(dir);
    const isSame = language === expected && familyOf(project.license) === license;
    if (!isSame) differences += 1;
    const row = [packages[index], language, expected, project.license, license, byFile.join(', ')];
    console.log(`| ${isSame ? '' : '≠ '}${row.join(' | ')} |`);
  }
  console.log(`\n${packages.length} packages, ${differences} differences`);
} finally {
  rmSync(workspace, { recursive: true });
}
