import { dart } from './dart.ts';
import { dotnet } from './dotnet.ts';
import type { Ecosystem, Manifest, ManifestFacts } from './ecosystem.ts';
import { elixir } from './elixir.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';

/** In the order in which they decide: where several manifests speak, the first has its say. */
const ecosystems: readonly Ecosystem[] = [
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
];

const manifests = ecosystems.flatMap((ecosystem) => ecosystem.manifests);

/** The kind of manifest that a file of this name is, or null. */
export const manifestNamed = (name: string): Manifest | null =>
  manifests.find(({ file }) => file.test(name)) ?? null;

/** Whether a file of this name is the lock file of a package manager. */
export const isLockFile = (name: string): boolean =>
  ecosystems.some(({ lockFiles }) => Object.hasOwn(lockFiles, name));

/** What the manifests and lock files in the root folder of a project say together. */
export interface Stack {
  /** Sorted by name. */
  readonly frameworks: readonly string[];
  readonly packageManager: string | null;
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
  return {
    frameworks: [...frameworks].sort(),
    packageManager,
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
