import { groupBy } from '../../../util/collections.ts';
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

const ecosystemsOf = groupBy(
  ecosystems.flatMap((ecosystem) =>
    ecosystem.languages.map((language) => ({ language, ecosystem })),
  ),
  ({ language }) => language,
);

const lockFileNames = new Set(ecosystems.flatMap(({ lockFiles = {} }) => Object.keys(lockFiles)));

/** Returns whether a file of this name is the lock file of a package manager. */
export const isLockFile = (name: string): boolean => lockFileNames.has(name);

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

/** Bytes by language of a project; null if they are unknown. */
export type Languages = Readonly<Record<string, number>> | null;

/**
 * Combines parsed manifests; `names` are all file names in the root directory. Of several ecosystems the one whose
 * language the project has most of decides, so that the `Gemfile` of a Swift project does not make it a Ruby one.
 */
export function detectStack(
  names: ReadonlySet<string>,
  parsed: readonly ParsedManifest[],
  languages: Languages,
): Stack {
  const frameworks = new Set<string>();
  let packageManager: string | null = null;
  let description: string | null = null;
  const licenses: string[] = [];
  const runtimes = new Map<string, string>();
  const byManifest = groupBy(parsed, ({ manifest }) => manifest);
  for (const { ecosystem, isMinor } of byWeight(languages)) {
    const own = ecosystem.manifests.flatMap((kind) => byManifest.get(kind) ?? []);
    const dependencies = new Set(own.flatMap((one) => one.facts.dependencies));
    const known = dependencies.size === 0 ? {} : ecosystem.frameworks;
    for (const [dependency, framework] of Object.entries(known ?? {})) {
      if (dependencies.has(dependency)) frameworks.add(framework);
    }
    licenses.push(...own.flatMap(({ facts }) => facts.license ?? []));
    if (isMinor) continue;
    packageManager ??= detectPackageManager(ecosystem, names, own);
    description ??= own.find(({ facts }) => facts.description?.trim())?.facts.description ?? null;
  }
  const facts = manifests.flatMap((kind) => byManifest.get(kind) ?? []);
  for (const [name, written] of facts.flatMap((one) => Object.entries(one.facts.runtimes))) {
    const version = sanitizeLine(written ?? '', maxVersionLength);
    if (version !== '' && !runtimes.has(name)) runtimes.set(name, version);
  }
  return {
    frameworks: [...frameworks].sort(),
    packageManager,
    runtimes: Object.fromEntries([...runtimes].sort(([a], [b]) => (a < b ? -1 : 1))),
    description,
    licenses,
  };
}

/** The part of the bytes of the main language below which an ecosystem only serves the development of another. */
const minorShare = 0.05;

interface WeighedEcosystem {
  readonly ecosystem: Ecosystem;
  /** Bytes of its main language in the project. */
  readonly weight: number;
  /** Whether it is not about the complete project. */
  readonly isMinor: boolean;
}

/** Returns a text that is equal for languages that decide between ecosystems in the same way. */
export function orderOf(languages: Languages): string {
  const weights = weightsOf(languages);
  const isMinor = minorityTest(weights);
  return [...weights]
    .filter(([, weight]) => weight > 0)
    .map(([ecosystem, weight]) => ({ position: ecosystems.indexOf(ecosystem), weight }))
    .sort((a, b) => b.weight - a.weight || a.position - b.position)
    .map(({ position, weight }) => `${String(position)}${isMinor(weight) ? '-' : ''}`)
    .join();
}

function byWeight(languages: Languages): readonly WeighedEcosystem[] {
  const weights = weightsOf(languages);
  const isMinor = minorityTest(weights);
  const weighed = ecosystems.map((ecosystem) => {
    const weight = weights.get(ecosystem) ?? 0;
    return { ecosystem, weight, isMinor: isMinor(weight) };
  });
  return weights.size === 0 ? weighed : weighed.sort((a, b) => b.weight - a.weight);
}

function weightsOf(languages: Languages): ReadonlyMap<Ecosystem, number> {
  const weights = new Map<Ecosystem, number>();
  for (const [language, bytes] of Object.entries(languages ?? {})) {
    for (const { ecosystem } of ecosystemsOf.get(language) ?? []) {
      weights.set(ecosystem, Math.max(weights.get(ecosystem) ?? 0, bytes));
    }
  }
  return weights;
}

function minorityTest(weights: ReadonlyMap<Ecosystem, number>): (weight: number) => boolean {
  const largest = Math.max(0, ...weights.values());
  return (weight) => weight < largest * minorShare;
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
  const setting = parsed.find(({ facts }) => facts.impliedPackageManager !== null)?.facts;
  return named ?? locked ?? setting?.impliedPackageManager ?? implied?.packageManager ?? null;
}
