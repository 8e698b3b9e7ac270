import { sanitizeLine } from '../../../util/text.ts';
import { ecosystems } from './ecosystem-registry.ts';
import type { Ecosystem, Manifest, ManifestFacts } from './ecosystem.ts';

const manifests: readonly Manifest[] = ecosystems.flatMap((ecosystem) => ecosystem.manifests);

/** Results of `findManifestKind`: project directories contain the same few names again and again. */
const kindByName = new Map<string, Manifest | null>();
const maxNames = 10_000;
const maxVersionLength = 60;

/** Returns the kind of manifest that a file of this name is, or null. */
export function findManifestKind(name: string): Manifest | null {
  let manifest = kindByName.get(name);
  if (manifest === undefined) {
    manifest = manifests.find(({ file }) => file.test(name)) ?? null;
    if (kindByName.size < maxNames) kindByName.set(name, manifest);
  }
  return manifest;
}

/** Returns whether a file of this name is the lock file of a package manager. */
export const isLockFile = (name: string): boolean =>
  ecosystems.some(({ lockFiles = {} }) => Object.hasOwn(lockFiles, name));

/** The combined facts of all manifests and lock files in the root directory of a project. */
export interface Stack {
  /** Sorted by name. */
  readonly frameworks: readonly string[];
  readonly packageManager: string | null;
  /** Versions of runtimes as written, sorted by name. */
  readonly runtimes: Readonly<Record<string, string>>;
  readonly description: string | null;
  /** As written in the manifests, in order of precedence. */
  readonly licenses: readonly string[];
}

export interface ParsedManifest {
  readonly manifest: Manifest;
  readonly facts: ManifestFacts;
}

/** Combines parsed manifests; `names` are all file names in the root directory. */
export function detectStack(names: ReadonlySet<string>, parsed: readonly ParsedManifest[]): Stack {
  const frameworks = new Set<string>();
  let packageManager: string | null = null;
  const facts: ManifestFacts[] = [];
  const runtimes = new Map<string, string>();
  for (const ecosystem of ecosystems) {
    const own = ecosystem.manifests.flatMap((kind) =>
      parsed.filter(({ manifest }) => manifest === kind),
    );
    const dependencies = new Set(own.flatMap((one) => one.facts.dependencies));
    for (const [dependency, framework] of Object.entries(ecosystem.frameworks ?? {})) {
      if (dependencies.has(dependency)) frameworks.add(framework);
    }
    packageManager ??= detectPackageManager(ecosystem, names, own);
    facts.push(...own.map((one) => one.facts));
  }
  for (const [name, written] of facts.flatMap((one) => Object.entries(one.runtimes))) {
    const version = sanitizeLine(written ?? '', maxVersionLength);
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

function detectPackageManager(
  ecosystem: Ecosystem,
  names: ReadonlySet<string>,
  parsed: readonly ParsedManifest[],
): string | null {
  const named = parsed.find(({ facts }) => facts.packageManager !== null)?.facts.packageManager;
  const lockFiles = Object.entries(ecosystem.lockFiles ?? {});
  const locked = lockFiles.find(([lockFile]) => names.has(lockFile))?.[1];
  const implied = parsed.find(({ manifest }) => manifest.packageManager)?.manifest;
  return named ?? locked ?? implied?.packageManager ?? null;
}
