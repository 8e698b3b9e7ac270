/** What one manifest says; null or empty where it says nothing. */
export interface ManifestFacts {
  readonly description: string | null;
  /** As written, SPDX or not. */
  readonly license: string | null;
  readonly dependencies: readonly string[];
  /** The package manager that the manifest itself names. */
  readonly packageManager: string | null;
  /** Version of a runtime (`node`, `python`, …) as written: a version, or what versions will do. */
  readonly runtimes: Readonly<Record<string, string>>;
}

/** A kind of manifest, looked for in the root folder of a project. */
export interface Manifest {
  /** Matches the name of the file. */
  readonly file: RegExp;
  /** Throws for a text that is not of the format. */
  readonly read: (text: string) => ManifestFacts | Promise<ManifestFacts>;
  /** The package manager that such a manifest stands for, when nothing names another. */
  readonly packageManager: string | null;
}

/** All that is known about one language's world: a new one is one file, or one entry of a table, and a line in `index.ts`. */
export interface Ecosystem {
  readonly manifests: readonly Manifest[];
  /** Package manager by the name of its lock file; the first that exists decides. */
  readonly lockFiles: Readonly<Record<string, string>>;
  /** Name of the framework by the dependency that stands for it. */
  readonly frameworks: Readonly<Record<string, string>>;
}

export const manifestFacts = (facts: Partial<ManifestFacts>): ManifestFacts => ({
  description: null,
  license: null,
  dependencies: [],
  packageManager: null,
  runtimes: {},
  ...facts,
});
