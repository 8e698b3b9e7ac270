import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from '../system/system.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

/** End of life of each release line (https://github.com/nodejs/release#release-schedule). */
const nodeEnds: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};
const oldestNode = [20, 19] as const;
/** Older release lines read the `NODE_EXTRA_CA_CERTS` file at every start, which takes tens of milliseconds. */
const lazyCertificates = 22;
const nodeFix = 'install Node 24 or newer: https://nodejs.org/en/download';

export const node: Check = {
  id: 'node',
  run: ({ system }) => {
    const { nodeVersion } = system.processInfo;
    const findings = [judgeNode(nodeVersion, system.now())];
    const [major = 0] = nodeVersion.split('.').map(Number);
    if (system.env['NODE_EXTRA_CA_CERTS'] && major < lazyCertificates) {
      const message = `NODE_EXTRA_CA_CERTS slows down every start of node ${String(major)}; newer ones read it when it is needed`;
      findings.push(warn(message, nodeFix));
    }
    return Promise.resolve(findings);
  },
};

/** Returns the finding for a version of Node on a given day. */
export function judgeNode(version: string, now: Date): Omit<Finding, 'id'> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    return fail(`node ${version} is older than ${oldestNode.join('.')}`, nodeFix);
  }
  const end = nodeEnds[major];
  if (end !== undefined && now.toISOString().slice(0, 10) > end) {
    return warn(`node ${version} has had no fixes since ${end}`, nodeFix);
  }
  if (end !== undefined) return ok(`node ${version} (maintained until ${end})`);
  return major % 2 === 1
    ? warn(`node ${version} is of a line that is maintained for half a year only`, nodeFix)
    : ok(`node ${version}`);
}

const oldestGit = [2, 32] as const;

export const git: Check = {
  id: 'git',
  run: async ({ system }) => {
    const { version, works } = await askGit(system).catch(() => ({ version: null, works: false }));
    if (version === null) return [fail('git was not found or does not start', gitFix(system))];
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const [oldestMajor, oldestMinor] = oldestGit;
    if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
      return [fail(`git ${version} is older than ${oldestGit.join('.')}`, gitFix(system))];
    }
    if (!works)
      return [fail(`git ${version} does not work without its configuration`, gitFix(system))];
    return [ok(`git ${version}`)];
  },
};

/** Returns the version of git and whether it works in the minimal environment that a run uses. */
async function askGit({ exec }: System): Promise<{ version: string | null; works: boolean }> {
  const env = { LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const asked = await exec('git', ['--version'], { env, timeoutMs: 5000 });
  const text = Buffer.from(asked.stdout).toString('utf8');
  const version = /^git version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
  const hash = await exec('git', ['hash-object', '--stdin'], { env, input: '', timeoutMs: 5000 });
  const empty = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
  const works = hash.exitCode === 0 && Buffer.from(hash.stdout).toString().trim() === empty;
  return { version, works };
}

function gitFix({ platform }: Pick<System, 'platform'>): string {
  if (platform === 'darwin') return 'xcode-select --install';
  if (platform === 'win32') return 'winget install --id Git.Git -e';
  return 'install git 2.32 or newer: https://git-scm.com/downloads';
}

/** The search path of cron and launchd, which do not read the user's shell profile. */
const schedulerFolders = ['/usr/bin', '/bin'];

/** Warns if git is only on the user's PATH, where cron and launchd do not find it. */
export async function gitForScheduler({ platform }: System): Promise<Omit<Finding, 'id'> | null> {
  if (platform === 'win32') return null;
  for (const folder of schedulerFolders) {
    try {
      await access(join(folder, 'git'), constants.X_OK);
      return null;
    } catch {
      continue;
    }
  }
  const message = `scheduled runs find no git: it is not in ${schedulerFolders.join(' or ')}`;
  return warn(message, 'sudo ln -s "$(command -v git)" /usr/bin/git');
}
