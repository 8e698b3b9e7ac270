import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectsSnapshot } from '../../src/schema/projects.ts';
import { runCli } from './cli.ts';
import { git, type TemporaryWorkspace } from './workspace.ts';

/** The expected state of a project. */
interface ExpectedProject {
  readonly kind: 'git' | 'package';
  /** The same for all clones; null without a remote. */
  readonly remote: string | null;
  path: string;
  exists: boolean;
  /** Assigned by the first run that finds it. */
  id: string | null;
  own: Readonly<Record<string, unknown>>;
}

/** Random changes to the projects of two roots, `one` and `two`, with the projects that a run should find. */
export class Scenario {
  readonly expected: ExpectedProject[] = [];
  readonly log: string[] = [];
  private number = 0;
  private unmounted: string | null = null;
  private readonly paths: readonly string[];

  private readonly workspace: TemporaryWorkspace;
  private readonly random: (below: number) => number;

  constructor(workspace: TemporaryWorkspace, random: (below: number) => number) {
    this.workspace = workspace;
    this.random = random;
    const names = ['alpha', 'beta', 'gamma', 'delta', 'in/alpha', 'in/beta'];
    this.paths = ['one', 'two'].flatMap((root) =>
      names.map((name) => join(workspace.root, root, name)),
    );
  }

  private pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.random(items.length || 1)];
  }
  private readonly existing = (): readonly ExpectedProject[] =>
    this.expected.filter(({ exists }) => exists);
  private readonly deleted = (): readonly ExpectedProject[] =>
    this.expected.filter(({ exists }) => !exists);
  private deletedAt(target: string): readonly ExpectedProject[] {
    return this.deleted().filter(({ path }) => path === target);
  }
  private freePaths(): readonly string[] {
    return this.paths.filter((target) => this.existing().every(({ path }) => path !== target));
  }

  /** Creates a project, possibly at the path of a deleted one. A package is identified by its path alone. */
  async create(): Promise<void> {
    const kind = this.random(3) === 0 ? 'package' : 'git';
    const target = this.pick(
      this.freePaths().filter((free) => {
        const packages = this.deletedAt(free).filter((one) => one.kind === 'package');
        return packages.length === 0 || (kind === 'package' && packages.length === 1);
      }),
    );
    if (target === undefined) return;
    this.number += 1;
    const remote =
      kind === 'git' && this.random(3) > 0 ? `https://example.com/r${String(this.number)}` : null;
    await this.fill(target, kind, remote);
    const back =
      kind === 'package' ? this.deletedAt(target).find((one) => one.kind === kind) : null;
    if (back) back.exists = true;
    else this.expected.push({ kind, remote, path: target, exists: true, id: null, own: {} });
    this.log.push(`create ${kind} ${target}${back ? ' again' : ''}`);
  }

  private async fill(
    target: string,
    kind: ExpectedProject['kind'],
    remote: string | null,
  ): Promise<void> {
    const path = target.slice(this.workspace.root.length + 1);
    if (kind === 'package') return this.workspace.write(join(path, 'go.mod'), 'module x\n');
    const files = { [`${String(this.number)}.ts`]: remote ?? '' };
    const repository = await this.workspace.gitRepository(path, files);
    if (remote !== null) repository.git('remote', 'add', 'origin', `${remote}.git`);
  }

  async move(): Promise<void> {
    const project = this.pick(this.existing());
    const target = this.pick(this.freePaths());
    if (project === undefined || target === undefined) return;
    await mkdir(dirname(target), { recursive: true });
    await rename(project.path, target);
    this.log.push(`move ${project.path} to ${target}`);
    project.path = target;
  }

  async remove(): Promise<void> {
    const project = this.pick(this.existing());
    // A root that becomes empty counts as unmounted.
    const siblings = this.existing().filter(
      ({ path }) => this.rootOf(path) === this.rootOf(project?.path),
    );
    if (project === undefined || siblings.length < 2) return;
    await rm(project.path, { recursive: true });
    project.exists = false;
    this.log.push(`remove ${project.path}`);
  }

  private readonly rootOf = (path = ''): string =>
    path.slice(0, path.indexOf('/', this.workspace.root.length + 1));

  /** Clones a project again, or restores its deleted clone if there is exactly one. */
  async cloneOrCopy(): Promise<void> {
    const source = this.pick(this.expected.filter(({ remote }) => remote !== null));
    if (source === undefined) return;
    const gone = this.deleted().filter(({ remote }) => remote === source.remote);
    const target = this.pick(this.freePaths().filter((free) => this.deletedAt(free).length === 0));
    if (target === undefined || gone.length > 1) return;
    if (source.exists) {
      await mkdir(dirname(target), { recursive: true });
      await cp(source.path, target, { recursive: true });
    } else {
      await this.fill(target, 'git', source.remote);
    }
    this.log.push(`clone ${source.path} to ${target}`);
    const [back] = gone;
    if (back) Object.assign(back, { exists: true, path: target });
    else this.expected.push({ ...source, path: target, exists: true, id: null, own: {} });
  }

  commit(): void {
    const project = this.pick(this.existing().filter(({ kind }) => kind === 'git'));
    if (project === undefined) return;
    git(project.path, 'commit', '-q', '--allow-empty', '-m', `Step ${String(this.log.length)}`);
    this.log.push(`commit ${project.path}`);
  }

  /** Edits the registry as a user or a dashboard does. */
  async edit(): Promise<void> {
    const project = this.pick(this.expected.filter(({ id }) => id !== null));
    if (project === undefined) return;
    this.number += 1;
    const value = `value ${String(this.number)}`;
    const edits = [
      { notes: value },
      { client: value, progress: this.number },
      { tags: [value, 'x'] },
      { 'x-own': { deep: [value, null] } },
      { deadline: null, status: { odd: value } },
    ];
    project.own = { ...project.own, ...this.pick(edits) };
    const path = this.workspace.paths.snapshot('projects');
    const file = JSON.parse(await readFile(path, 'utf8')) as { projects: { id: string }[] };
    const entries = file.projects.map((one) =>
      one.id === project.id ? { ...one, ...project.own } : one,
    );
    await writeFile(path, JSON.stringify({ ...file, projects: entries }, null, 2));
    this.log.push(`edit ${String(project.id)}`);
  }

  /** Makes a root unavailable until `remount`. */
  async unmount(): Promise<void> {
    const root = join(this.workspace.root, this.pick(['one', 'two']) ?? '');
    await rename(root, `${root}-away`);
    if (this.random(2) === 0) await mkdir(root);
    this.unmounted = root;
    this.log.push(`unmount ${root}`);
  }

  /** Makes the unmounted root available again. Resolves with whether there was one. */
  async remount(): Promise<boolean> {
    const root = this.unmounted;
    if (root === null) return false;
    await rm(root, { recursive: true, force: true });
    await rename(`${root}-away`, root);
    this.unmounted = null;
    return true;
  }

  /** Runs the program. Resolves with its result and the expected and the actual projects, sorted by id. */
  async run() {
    const result = await runCli(['run', '--only', 'projects', '--workspace', this.workspace.root]);
    const { projects } = await this.registry();
    for (const project of this.expected) {
      project.id ??=
        projects.find(({ path, state }) => path === project.path && state === 'ok')?.id ?? null;
    }
    const expected = this.expected.map(({ id, kind, path, exists, own }) => {
      const isObserved = this.unmounted === null || !path.startsWith(`${this.unmounted}/`);
      const state = !exists ? 'missing' : isObserved ? 'ok' : 'not-observed';
      return { id, kind, path, state, own };
    });
    const actual = projects.map((entry) => {
      const { id, kind, path, state } = entry;
      const names = Object.keys(this.expected.find((one) => one.id === id)?.own ?? {});
      const own = names.map((name) => [name, (entry as Record<string, unknown>)[name]]);
      return { id, kind, path, state, own: Object.fromEntries(own) as object };
    });
    const byId = (a: { id: string | null }, b: { id: string | null }): number =>
      String(a.id) < String(b.id) ? -1 : 1;
    return { result, expected: expected.sort(byId), actual: actual.sort(byId) };
  }

  async registry() {
    const text = await readFile(this.workspace.paths.snapshot('projects'), 'utf8');
    // The schema drops unknown keys, which the test needs.
    const raw = JSON.parse(text) as { projects: object[] };
    const parsed = projectsSnapshot.parse(raw);
    return {
      text,
      projects: parsed.projects.map((entry, index) => ({ ...raw.projects[index], ...entry })),
    };
  }
}
