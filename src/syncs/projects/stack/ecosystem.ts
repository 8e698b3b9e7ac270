/** The facts that one manifest states; null or empty where it states nothing. */
export interface ManifestFacts {
  readonly description: string | null;
  /** As written, valid SPDX or not. */
  readonly license: string | null;
  readonly dependencies: readonly string[];
  /** The package manager that the manifest itself names. */
  readonly packageManager: string | null;
  /** The package manager that its settings imply, unless a lock file names another. */
  readonly impliedPackageManager: string | null;
  /** Versions of runtimes (`node`, `python`, …) as written: an exact version or a range. */
  readonly runtimes: Readonly<Record<string, string | null | undefined>>;
}

/** The first group that a pattern captures is the fact. Repetitions are bounded: manifests are untrusted input. */
interface Patterns {
  readonly description?: RegExp;
  readonly license?: RegExp;
  /** Global: every match is a dependency. */
  readonly dependencies?: RegExp;
  /** Returns the name of a dependency in the form of `Ecosystem.frameworks`. */
  readonly normalize?: (name: string) => string;
  readonly runtimes?: Readonly<Record<string, RegExp>>;
  /** A dependency that follows from the existence of the file. */
  readonly implies?: string;
  /** A text without this is not of the format. */
  readonly mustContain?: string;
}

/** A kind of manifest in the root directory of a project. */
export interface Manifest extends Patterns {
  /** Matches the file name. */
  readonly file: RegExp;
  /** Reads a format for which patterns are not enough. Throws if the text is malformed. */
  readonly read?: (text: string) => Partial<ManifestFacts> | Promise<Partial<ManifestFacts>>;
  /** The package manager that the existence of the file implies, unless a fact or a lock file names another. */
  readonly packageManager?: string;
}

/** One language or tool family. To add one, write a file in `ecosystems/` and list it in `ecosystem-registry.ts`. */
export interface Ecosystem {
  /** As named by github-linguist: the share of these in a project decides which of several ecosystems applies. */
  readonly languages: readonly string[];
  readonly manifests: readonly Manifest[];
  /** Package manager by lock file name; the first file that exists decides. */
  readonly lockFiles?: Readonly<Record<string, string>>;
  /** Framework name by the dependency that identifies it. */
  readonly frameworks?: Readonly<Record<string, string>>;
}
