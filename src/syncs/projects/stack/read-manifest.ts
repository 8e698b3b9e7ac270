import type { Manifest, ManifestFacts } from './ecosystem.ts';

/**
 * Returns the facts that the text of a manifest states. Many manifests are programs (`setup.py`, `Gemfile`,
 * `mix.exs`): they are never executed, so computed values stay unknown. Throws if the text is malformed.
 */
export async function readManifest(manifest: Manifest, text: string): Promise<ManifestFacts> {
  const facts = await (manifest.read?.(text) ?? readPatterns(manifest, text));
  return {
    ...{ description: null, license: null, dependencies: [], runtimes: {} },
    ...{ packageManager: null, impliedPackageManager: null },
    ...facts,
  };
}

function readPatterns(manifest: Manifest, text: string): Partial<ManifestFacts> {
  const { mustContain = '', description, license, dependencies, implies, runtimes = {} } = manifest;
  if (!text.includes(mustContain)) throw new Error(`does not contain ${mustContain}`);
  const { normalize = (name: string) => name } = manifest;
  return {
    description: description ? firstGroup(text, description) : null,
    license: license ? firstGroup(text, license) : null,
    dependencies: [
      ...(dependencies ? allGroups(text, dependencies).map(normalize) : []),
      ...(implies === undefined ? [] : [implies]),
    ],
    runtimes: Object.fromEntries(
      Object.entries(runtimes).map(([name, pattern]) => [name, firstGroup(text, pattern)]),
    ),
  };
}

/** Returns the first captured group of the first match, or null. */
export const firstGroup = (text: string, pattern: RegExp): string | null =>
  groupOf(pattern.exec(text));

/** Returns the first captured group of every match; the pattern must be global. */
export const allGroups = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), (match) => groupOf(match) ?? '');

const groupOf = (match: RegExpExecArray | null): string | null =>
  match?.slice(1).find((group): group is string => (group as string | undefined) !== undefined) ??
  null;
