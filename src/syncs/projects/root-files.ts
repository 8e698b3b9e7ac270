import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { sanitizeLine } from '../../util/text.ts';
import { isMachineProblem } from '../../util/errors.ts';
import { FileError, readRegularFile } from '../../util/fs.ts';
import { fastStatKey, signatureOf } from './files-signature.ts';
import { isLicenseFile, licensesDir, type LicenseFile } from './license/license-files.ts';
import { readManifest } from './stack/read-manifest.ts';
import type { ReadFailure } from './read-failure.ts';
import { firstParagraph, isReadme, plainText } from './readme.ts';
import {
  detectStack,
  findManifestKind,
  isLockFile,
  orderOf,
  type Languages,
  type ParsedManifest,
} from './stack/detect-stack.ts';

/** Facts from the files in the root directory of a project. */
export interface RootFacts {
  /** Signature of the files; null if one was not readable, so that the next run tries again. */
  readonly signature: string | null;
  /** The names of the files, with the `fastStatKey` of the directory; null if a change of it could go unnoticed. */
  readonly listing: { readonly key: string; readonly names: readonly string[] } | null;
  readonly description: string | null;
  readonly license: string | null;
  readonly frameworks: string[];
  readonly packageManager: string | null;
  readonly runtimes: Record<string, string>;
  readonly failures: readonly ReadFailure[];
}

interface RootOptions {
  readonly languages?: Languages;
  /** A time before the call, in milliseconds since 1970. Without it the listing is not cached. */
  readonly sinceMs?: number;
}

const unreadable = 'file-unreadable';
/** A directory that was changed within this time before it is listed may change again without a change of its stats. */
const racyMs = 2100;
const maxBytes = 1024 * 1024;
const maxDescriptionLength = 300;
/** Entries of a directory that are considered; no real project has more at its root. */
const maxEntries = 10_000;
const maxFiles = 64;

/**
 * Reads manifests, lock files (names only), licence files and the README in the root directory of a project.
 * Of several manifests that of the main language decides. Returns `cached` without opening a file while none of them
 * and not the order of the languages has changed. Does not follow links.
 * Rejects with the system error if the directory can't be listed.
 */
export async function readRootFiles(
  dir: string,
  cached: RootFacts | null,
  signal: AbortSignal,
  { languages = null, sinceMs = 0 }: RootOptions = {},
): Promise<RootFacts> {
  const listing = listNames(dir, cached?.listing ?? null, sinceMs);
  const files = statFiles(dir, listing.names);
  const signature = `${signatureOf(files)} ${orderOf(languages)}`;
  if (cached?.signature === signature) {
    const isSame = listing === cached.listing || (listing.key === null && cached.listing === null);
    return isSame ? cached : { ...cached, listing: toCacheable(listing) };
  }
  const failures: ReadFailure[] = [];
  const read = async (name: string): Promise<string | null> => {
    signal.throwIfAborted();
    try {
      const file = await readRegularFile(join(dir, name), { maxBytes });
      return file === null ? null : new TextDecoder().decode(file.bytes);
    } catch (error) {
      if (!(error instanceof FileError) || isMachineProblem(error)) throw error;
      failures.push({ code: unreadable, message: `${sanitizeLine(name, 100)}: ${error.problem}` });
      return null;
    }
  };
  const manifests: ParsedManifest[] = [];
  const licenseFiles: LicenseFile[] = [];
  const readmes: string[] = [];
  for (const [name] of files) {
    const manifest = findManifestKind(name);
    if (manifest !== null) {
      const text = await read(name);
      if (text === null) continue;
      try {
        manifests.push({ manifest, facts: await readManifest(manifest, text) });
      } catch {
        // The message of a parser quotes the file, which is untrusted: report its name only.
        failures.push({
          code: 'manifest-invalid',
          message: `${sanitizeLine(name, 100)} can't be parsed`,
        });
      }
    } else if (isLicenseFile(name) || name.startsWith(`${licensesDir}/`)) {
      // Null for a file that is too large or can't be read: then the licence is unknown.
      licenseFiles.push({ path: name, text: (await read(name)) ?? '' });
    } else if (isReadme(name)) {
      readmes.push(name);
    }
  }
  // `README.md` rather than its translation `README.de.md`.
  const [readmeName] = readmes.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const readme = readmeName === undefined ? null : await read(readmeName);
  const { detectLicense } = await import('./license/detect-license.ts');
  const stack = detectStack(new Set(files.map(([name]) => name)), manifests, languages);
  return {
    signature: failures.some(({ code }) => code === unreadable) ? null : signature,
    listing: toCacheable(listing),
    description:
      plainText(stack.description ?? '', maxDescriptionLength) ||
      (readme === null ? null : firstParagraph(readme, maxDescriptionLength)),
    license: await detectLicense({ manifests: stack.licenses, files: licenseFiles, readme }),
    frameworks: [...stack.frameworks],
    packageManager: stack.packageManager,
    runtimes: { ...stack.runtimes },
    failures,
  };
}

interface Listing {
  readonly key: string | null;
  readonly names: readonly string[];
}

const toCacheable = ({ key, names }: Listing): RootFacts['listing'] =>
  key === null ? null : { key, names: [...names] };

/**
 * Returns the names of the relevant files in the root directory, sorted; `cached` while the directory is unchanged.
 * Synchronous because promises would make a dozen short calls for each of a thousand projects ten times as slow.
 */
function listNames(dir: string, cached: RootFacts['listing'], sinceMs: number): Listing {
  const stats = lstatSync(dir);
  const key = fastStatKey(stats);
  if (cached?.key === key) return cached;
  const entries = readdirSync(dir).slice(0, maxEntries);
  const names = entries.filter(isRelevantName).sort();
  const hasLicenses = entries.includes(licensesDir);
  if (hasLicenses) names.push(...listLicenses(dir));
  const isStable = !hasLicenses && stats.ctimeMs < sinceMs - racyMs;
  return { key: isStable ? key : null, names: names.slice(0, maxFiles) };
}

/** Leaves out names that are not those of relevant files. */
function statFiles(dir: string, names: readonly string[]): (readonly [string, Stats])[] {
  return names.flatMap((name) => {
    const stats = lstatSync(`${dir}/${name}`, { throwIfNoEntry: false });
    return stats !== undefined && isRelevantFile(name, stats) ? [[name, stats] as const] : [];
  });
}

/** More licences than any project has. */
const maxLicenses = 20;

function listLicenses(dir: string): string[] {
  const path = join(dir, licensesDir);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const names = readdirSync(path).filter((name) => /\.(?:txt|md)$/i.test(name));
  return names
    .sort()
    .slice(0, maxLicenses)
    .map((name) => `${licensesDir}/${name}`);
}

const isRelevantName = (name: string): boolean =>
  isLockFile(name) || findManifestKind(name) !== null || isLicenseFile(name) || isReadme(name);

/** A directory `LICENSE` or a link `README.md` is common and ignored; a linked manifest causes a warning. */
const isRelevantFile = (name: string, stats: Stats): boolean =>
  !stats.isDirectory() && (!stats.isSymbolicLink() || findManifestKind(name) !== null);
