import { manifestFacts, type ManifestFacts } from './ecosystem.ts';
import { firstMatch, matches } from './text.ts';

/** Where a manifest says what, as the first group of a pattern; bounded, because the text is a stranger's. */
interface Patterns {
  readonly description?: RegExp;
  readonly license?: RegExp;
  /** Global: every match is one. */
  readonly dependencies?: RegExp;
  readonly runtimes?: Readonly<Record<string, RegExp>>;
  /** What the file's mere existence stands for, as a dependency. */
  readonly implies?: string;
}

/** Reads a manifest by its text: what it says plainly. Many are programs, and none is run. */
export const byPattern =
  (patterns: Patterns) =>
  (text: string): ManifestFacts => {
    const { description, license, dependencies, implies } = patterns;
    const runtimes = Object.entries(patterns.runtimes ?? {}).flatMap(([name, pattern]) => {
      const version = firstMatch(text, pattern);
      return version === null ? [] : [[name, version] as const];
    });
    return manifestFacts({
      description: description === undefined ? null : firstMatch(text, description),
      license: license === undefined ? null : firstMatch(text, license),
      dependencies: [
        ...(dependencies === undefined ? [] : matches(text, dependencies)),
        ...(implies === undefined ? [] : [implies]),
      ],
      runtimes: Object.fromEntries(runtimes),
    });
  };
