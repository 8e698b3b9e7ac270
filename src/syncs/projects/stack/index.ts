import { dart } from './dart.ts';
import { dotnet } from './dotnet.ts';
import type { Ecosystem, Manifest, ManifestFacts } from './ecosystem.ts';
import { elixir } from './elixir.ts';
import { functional } from './functional.ts';
import { go } from './go.ts';
import { infrastructure } from './infrastructure.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { native } from './native.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { scripting } from './scripting.ts';
import { versionFiles } from './version-files.ts';
import { sanitizeLine } from '../../../util/text.ts';

/** In the order in which they decide: where several manifests speak, the first has its say. */
const ecosystems: readonly Ecosystem[] = [
  versionFiles,
  javascript,
  python,
  rust,
  go,
  php,
  ruby,
  java,
  dotnet,
  dart,
  elixir,
  ...native,
  ...functional,
  ...scripting,
  ...infrastructure,
];

const manifests = ecosystems.flatMap((ecosystem) => ecosystem.manifests);

/** The folders of projects hold the same few names again and again. */
const byName = new Map<string, Manifest | null>();
const maxNames = 10_000;
const maxVersion = 60;

/** The kind of manifest that a file of this name is, or null. */
export function manifestNamed(name: string): Manifest | null {
  let manifest = byName.get(name);
  if (manifest === undefined) {
    manifest = manifests.find(({ file }) => file.test(name)) ?? null;
    if (byName.size < maxNames) byName.set(name, manifest);
  }
  return manifest;
}

/** Whether a file of this name is the lock file of a package manager. */
export const isLockFile = (name: string): boolean =>
  ecosystems.some(({ lockFiles }) => Object.hasOwn(lockFiles, name));

/** What the manifests and lock files in the root folder of a project say together. */
export interface Stack {
  /** Sorted by name. */
  readonly frameworks: readonly string[];
  readonly packageManager: string | null;
  /** The versions of runtimes as written, sorted by name. */
  readonly runtimes: Readonly<Record<string, string>>;
  readonly description: string | null;
  /** As the manifests write them, in the order of precedence. */
  readonly licenses: readonly string[];
}

/** A manifest that was read. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly facts: ManifestFacts;
}

/** Puts together what was read; `names` are all file names in the root folder. */
export function stackOf(names: ReadonlySet<string>, read: readonly ReadManifest[]): Stack {
  const frameworks = new Set<string>();
  let packageManager: string | null = null;
  const facts: ManifestFacts[] = [];
  const runtimes = new Map<string, string>();
  for (const ecosystem of ecosystems) {
    const own = ecosystem.manifests.flatMap((kind) =>
      read.filter(({ manifest }) => manifest === kind),
    );
    const dependencies = new Set(own.flatMap((one) => one.facts.dependencies));
    for (const [dependency, framework] of Object.entries(ecosystem.frameworks)) {
      if (dependencies.has(dependency)) frameworks.add(framework);
    }
    packageManager ??= packageManagerOf(ecosystem, names, own);
    facts.push(...own.map((one) => one.facts));
  }
  for (const [name, written] of facts.flatMap((one) => Object.entries(one.runtimes))) {
    const version = sanitizeLine(written, maxVersion);
    if (version !== '' && !runtimes.has(name)) runtimes.set(name, version);
  }
  return {
    frameworks: [...frameworks].sort(),
    packageManager,
    runtimes: Object.fromEntries([...runtimes].sort(([a], [b]) => (a < b ? -1 : 1))),
    description: facts.find(({ description }) => description?.trim())?.description ?? null,
    licenses: facts.flatMap(({ license }) => license ?? []),
  };
}

function packageManagerOf(
  ecosystem: Ecosystem,
  names: ReadonlySet<string>,
  read: readonly ReadManifest[],
): string | null {
  const named = read.find(({ facts }) => facts.packageManager !== null)?.facts.packageManager;
  const locked = Object.entries(ecosystem.lockFiles).find(([lockFile]) => names.has(lockFile))?.[1];
  const implied = read.find(({ manifest }) => manifest.packageManager !== null)?.manifest;
  return named ?? locked ?? implied?.packageManager ?? null;
}
