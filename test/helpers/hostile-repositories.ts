import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, type TemporaryRepository, type TemporaryWorkspace } from './workspace.ts';

/** A repository that executes a script or is written to when plain git reads it. */
export interface Attack {
  readonly name: string;
  readonly plant: (repository: TemporaryRepository, canary: string) => Promise<void> | void;
}

const config = (repository: TemporaryRepository, key: string, value: string): string =>
  repository.git('config', key, value);

/** Modifies a tracked file, so that git hashes it and runs its filters. */
const touch = (repository: TemporaryRepository): Promise<void> =>
  repository.write('tracked.txt', 'changed\n');

/** Changes only the date of a tracked file, so that git writes its index, which starts a hook. */
const backdate = (repository: TemporaryRepository): Promise<void> =>
  utimes(join(repository.path, 'tracked.txt'), 1_000_000_000, 1_000_000_000);

async function filter(
  repository: TemporaryRepository,
  canary: string,
  name: string,
  type: 'clean' | 'process',
): Promise<void> {
  await repository.write('.git/info/attributes', `*.txt filter=${name}\n`);
  const text = `[filter "${name}"]\n\t${type} = ${canary}\n\trequired = true\n`;
  await appendConfig(repository, text);
  await touch(repository);
}

async function appendConfig({ path }: TemporaryRepository, text: string): Promise<void> {
  await appendFile(join(path, '.git/config'), text);
}

async function writeHooks(dir: string, canary: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of [
    'post-index-change',
    'post-checkout',
    'pre-auto-gc',
    'reference-transaction',
  ]) {
    await writeFile(join(dir, name), `#!/bin/sh\nexec ${canary}\n`);
    await chmod(join(dir, name), 0o755);
  }
}

/** Attacks that are effective against plain git. */
export const attacks: readonly Attack[] = [
  {
    name: 'core.fsmonitor',
    plant: (repository, canary) => void config(repository, 'core.fsmonitor', canary),
  },
  {
    name: 'core.fsmonitor through include.path',
    plant: async (repository, canary) => {
      await repository.write('.git/more', `[core]\n\tfsmonitor = ${canary}\n`);
      config(repository, 'include.path', 'more');
    },
  },
  {
    name: 'core.fsmonitor in config.worktree',
    plant: async (repository, canary) => {
      config(repository, 'extensions.worktreeConfig', 'true');
      await repository.write('.git/config.worktree', `[core]\n\tfsmonitor = ${canary}\n`);
    },
  },
  {
    name: 'a clean filter',
    plant: (repository, canary) => filter(repository, canary, 'x', 'clean'),
  },
  {
    name: 'a process filter',
    plant: (repository, canary) => filter(repository, canary, 'x', 'process'),
  },
  {
    name: 'a filter whose name contains an equals sign',
    plant: (repository, canary) => filter(repository, canary, 'a=b', 'clean'),
  },
  {
    name: 'hooks',
    plant: async (repository, canary) => {
      await writeHooks(join(repository.path, '.git/hooks'), canary);
      await backdate(repository);
    },
  },
  {
    name: 'core.hooksPath',
    plant: async (repository, canary) => {
      await writeHooks(join(repository.path, 'hooks'), canary);
      config(repository, 'core.hooksPath', 'hooks');
      await backdate(repository);
    },
  },
  {
    name: 'pagers, editors and askpass',
    plant: (repository, canary) => {
      for (const key of [
        'core.pager',
        'pager.status',
        'pager.log',
        'core.editor',
        'core.askPass',
      ]) {
        config(repository, key, canary);
      }
    },
  },
  {
    name: 'diff.external and a text conversion',
    plant: async (repository, canary) => {
      config(repository, 'diff.external', canary);
      config(repository, 'diff.x.textconv', canary);
      await repository.write('.git/info/attributes', '*.txt diff=x\n');
      await touch(repository);
    },
  },
  {
    name: 'log.showSignature with a gpg program',
    plant: (repository, canary) => {
      config(repository, 'log.showSignature', 'true');
      config(repository, 'gpg.program', canary);
      signHead(repository);
    },
  },
  {
    name: 'a promisor remote with an ssh command and a missing object',
    plant: async (repository, canary) => {
      config(repository, 'core.sshCommand', canary);
      config(repository, 'remote.origin.url', 'ssh://host.invalid/x');
      config(repository, 'remote.origin.promisor', 'true');
      config(repository, 'remote.origin.uploadpack', canary);
      config(repository, 'core.repositoryFormatVersion', '1');
      config(repository, 'extensions.partialClone', 'origin');
      await dropTree(repository);
    },
  },
  {
    name: 'a promisor remote with the ext protocol',
    plant: async (repository, canary) => {
      config(repository, 'remote.origin.url', `ext::${canary}`);
      config(repository, 'protocol.ext.allow', 'always');
      config(repository, 'remote.origin.promisor', 'true');
      config(repository, 'core.repositoryFormatVersion', '1');
      config(repository, 'extensions.partialClone', 'origin');
      await dropTree(repository);
    },
  },
  {
    name: 'a credential helper and aliases',
    plant: (repository, canary) => {
      config(repository, 'credential.helper', canary);
      config(repository, 'alias.status', `!${canary}`);
    },
  },
  {
    name: 'an index that plain git would refresh',
    plant: ({ path }) =>
      void execFileSync('touch', ['-d', '2001-01-01', join(path, 'tracked.txt')]),
  },
];

/** Adds a signature to HEAD's commit, which git would verify. */
function signHead(repository: TemporaryRepository): void {
  const commit = repository.git('cat-file', 'commit', 'HEAD');
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n xx\n -----END PGP SIGNATURE-----\n';
  const signed = commit.replace('\n\n', `\n${signature}\n`);
  const file = join(repository.path, '.git/signed');
  execFileSync('sh', ['-c', 'cat > "$1"', 'sh', file], { input: signed });
  const oid = repository.git('hash-object', '-t', 'commit', '-w', file).trim();
  repository.git('update-ref', 'HEAD', oid);
}

/** Removes HEAD's tree, so that git would have to fetch it. */
async function dropTree(repository: TemporaryRepository): Promise<void> {
  const tree = git(repository.path, 'rev-parse', 'HEAD^{tree}').trim();
  const object = join(repository.path, '.git/objects', tree.slice(0, 2), tree.slice(2));
  await rename(object, join(repository.path, '.git/dropped'));
}

/** Creates a repository per attack below `code/`, and a script that writes the canary file when it is executed. */
export async function hostileRepositories(
  workspace: TemporaryWorkspace,
): Promise<{ readonly canary: string }> {
  const canary = join(workspace.root, 'canary');
  const script = join(workspace.root, 'script.sh');
  await workspace.write('script.sh', `#!/bin/sh\necho "$0 $*" >> '${canary}'\ncat\n`);
  await chmod(script, 0o755);
  for (const [index, attack] of attacks.entries()) {
    const repository = await workspace.gitRepository(`code/attack-${String(index)}`, {
      'tracked.txt': 'tracked\n',
      'a.js': '// TODO\n',
    });
    await attack.plant(repository, script);
    // An untracked file, so that the index alone does not show a clean status.
    await repository.write('new.txt', '');
  }
  return { canary };
}

/** Projects with FIFOs, devices, loops and control characters; each may cause at most one warning. */
export async function specialFileProjects(workspace: TemporaryWorkspace): Promise<void> {
  const at = (path: string): string => join(workspace.root, 'code', path);
  await mkdir(at('device'), { recursive: true });
  await mkdir(at('loop'), { recursive: true });
  await workspace.write('code/fifo/Cargo.toml', '[package]\nname = "fifo"\n');
  execFileSync('mkfifo', [at('fifo/package.json')]);
  await workspace.write('code/device/go.mod', 'module device\n');
  await symlink('/dev/zero', at('device/package.json'));
  await workspace.write('code/loop/go.mod', 'module loop\n');
  await symlink('package.json', at('loop/package.json'));
  await symlink('..', at('loop/up'));
  await workspace.write('code/huge/coverage/.keep', '');
  await workspace.write('code/huge/go.mod', 'module huge\n');
  execFileSync('truncate', ['-s', '10G', at('huge/coverage/lcov.info')]);
  await workspace.gitRepository('code/new\nline\u001b[31mred', { 'a.js': '// TODO\n' });
}
