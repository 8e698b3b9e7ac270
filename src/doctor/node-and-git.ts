import type { System } from '../system/system.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { passed, type Check } from './check.ts';
import { dayOf } from '../util/dates.ts';
import { UserError } from '../util/errors.ts';

/** End of life of each release line, https://github.com/nodejs/release#release-schedule */
const nodeEndOfLife: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};
const oldestNode = [20, 19] as const;
/** Before this release line, node read the file of `NODE_EXTRA_CA_CERTS` at every start (tens of milliseconds). */
const lazyCertificatesMajor = 22;
const nodeHint = 'install Node 24 or newer: https://nodejs.org/en/download';

export const node: Check = {
  id: 'node',
  run: ({ system }) => {
    const { nodeVersion } = system.processInfo;
    const findings = [checkNodeVersion(nodeVersion, system.now())];
    const [major = 0] = nodeVersion.split('.').map(Number);
    if (system.env['NODE_EXTRA_CA_CERTS'] && major < lazyCertificatesMajor) {
      const message = `NODE_EXTRA_CA_CERTS slows down every start of node ${String(major)}`;
      findings.push(diagnostic('node-slow-start', { message, hint: nodeHint }));
    }
    return Promise.resolve(findings);
  },
};

export function checkNodeVersion(version: string, now: Date): Diagnostic {
  const [major = 0] = version.split('.').map(Number);
  if (isOlder(version, oldestNode)) {
    const message = `node ${version} is older than ${oldestNode.join('.')}`;
    return diagnostic('node-too-old', { message, hint: nodeHint });
  }
  const end = nodeEndOfLife[major];
  if (end !== undefined) {
    if (dayOf(now) <= end) {
      return passed(`node ${version} (maintained until ${end})`);
    }
    const message = `node ${version} reached its end of life on ${end}`;
    return diagnostic('node-end-of-life', { message, hint: nodeHint });
  }
  if (major % 2 === 0) return passed(`node ${version}`);
  const message = `node ${version} is an odd-numbered release, maintained for six months only`;
  return diagnostic('node-short-lived', { message, hint: nodeHint });
}

const oldestGit = [2, 32] as const;

export const git: Check = {
  id: 'git',
  run: async ({ system }) => {
    const { version, isWorking } = await tryGit(system).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      return { version: null, isWorking: false };
    });
    const hint = gitHint(system);
    if (version === null) {
      return [
        diagnostic('git-not-found', { message: 'git was not found or does not start', hint }),
      ];
    }
    if (isOlder(version, oldestGit)) {
      const message = `git ${version} is older than ${oldestGit.join('.')}`;
      return [diagnostic('git-outdated', { message, hint })];
    }
    if (isWorking) return [passed(`git ${version}`)];
    const message = `git ${version} does not work without its configuration`;
    return [diagnostic('git-not-working', { message, hint })];
  },
};

const isOlder = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
};

/** Returns the version of git, and whether it works in the environment in which a run calls it. */
async function tryGit({ exec }: System): Promise<{ version: string | null; isWorking: boolean }> {
  const env = { LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const versionResult = await exec('git', ['--version'], { env, timeoutMs: 5000 });
  const text = Buffer.from(versionResult.stdout).toString('utf8');
  const version = /^git version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
  const hash = await exec('git', ['hash-object', '--stdin'], { env, input: '', timeoutMs: 5000 });
  const emptyBlob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
  const isWorking = hash.exitCode === 0 && Buffer.from(hash.stdout).toString().trim() === emptyBlob;
  return { version, isWorking };
}

function gitHint({ platform }: Pick<System, 'platform'>): string {
  if (platform === 'darwin') return 'xcode-select --install';
  if (platform === 'win32') return 'winget install --id Git.Git -e';
  return 'install git 2.32 or newer: https://git-scm.com/downloads';
}
