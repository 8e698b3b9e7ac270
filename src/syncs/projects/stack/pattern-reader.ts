import { manifestFacts, type ManifestFacts } from './ecosystem.ts';
import { allGroups, firstGroup } from './match-groups.ts';

/** The first group that a pattern captures is the fact. Repetitions are bounded: manifests are untrusted input. */
interface Patterns {
  readonly description?: RegExp;
  readonly license?: RegExp;
  /** Global: every match is a dependency. */
  readonly dependencies?: RegExp;
  readonly runtimes?: Readonly<Record<string, RegExp>>;
  /** A dependency that follows from the existence of the file. */
  readonly implies?: string;
}

/**
 * Returns a reader that finds facts in the text of a manifest with regular expressions. Many manifests are
 * programs (`setup.py`, `Gemfile`, `mix.exs`): they are never executed, so computed values stay unknown.
 */
export const patternReader =
  ({ description, license, dependencies, runtimes = {}, implies }: Patterns) =>
  (text: string): ManifestFacts =>
    manifestFacts({
      description: description === undefined ? null : firstGroup(text, description),
      license: license === undefined ? null : firstGroup(text, license),
      dependencies: [
        ...(dependencies === undefined ? [] : allGroups(text, dependencies)),
        ...(implies === undefined ? [] : [implies]),
      ],
      runtimes: Object.fromEntries(
        Object.entries(runtimes).flatMap(([name, pattern]) => {
          const version = firstGroup(text, pattern);
          return version === null ? [] : [[name, version]];
        }),
      ),
    });
