import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { sanitizeLine } from '../../util/text.ts';
import { isMachineProblem } from '../../util/errors.ts';
import { FileError, readRegularFile } from '../../util/fs.ts';
import { isLicenseFile, licenseOf } from './license/detect-license.ts';
import type { Problem } from './project-problem.ts';
import { firstParagraph, isReadme } from './readme.ts';
import { signatureOf } from './files-signature.ts';
import {
  isLockFile,
  findManifestKind,
  detectStack,
  type ParsedManifest,
} from './stack/detect-stack.ts';

/** What the files in the root folder of a project say about it. */
export const rootFacts = z.object({
  /** The state of those files that this belongs to; null when one could not be read: it is tried again. */
  signature: z.nullable(z.string()),
  description: z.nullable(z.string()),
  license: z.nullable(z.string()),
  frameworks: z.array(z.string()),
  packageManager: z.nullable(z.string()),
  runtimes: z.record(z.string(), z.string()),
  /** Files that should have spoken but could not be read. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type RootFacts = z.infer<typeof rootFacts>;

const unreadable = 'file-unreadable';
const maxBytes = 1024 * 1024;
const maxDescription = 300;
/** A folder with more entries than this is read no further; no real project has them at its root. */
const maxEntries = 10_000;
const maxFiles = 64;

/**
 * Reads manifests, lock files (their names only), licence files and the README in the root folder of a
 * project. As long as none of them changes, `cached` is the answer and no file is opened. Links are not
 * followed. Rejects with the system error when the folder itself can't be listed.
 */
export async function readRootFiles(
  folder: string,
  cached: RootFacts | null,
  signal: AbortSignal,
): Promise<RootFacts> {
  const files = listFiles(folder);
  const signature = signatureOf(files);
  if (cached?.signature === signature) return cached;
  const problems: Problem[] = [];
  const read = async (name: string): Promise<string | null> => {
    signal.throwIfAborted();
    try {
      const file = await readRegularFile(join(folder, name), { maxBytes });
      return file === null ? null : new TextDecoder().decode(file.bytes);
    } catch (error) {
      if (!(error instanceof FileError) || isMachineProblem(error)) throw error;
      const reason = error.message.slice(error.path.length + 2);
      problems.push({ code: unreadable, message: `${sanitizeLine(name, 100)}: ${reason}` });
      return null;
    }
  };
  const manifests: ParsedManifest[] = [];
  const licenseTexts: string[] = [];
  const readmes: string[] = [];
  for (const [name] of files) {
    const manifest = findManifestKind(name);
    if (manifest !== null) {
      const text = await read(name);
      if (text === null) continue;
      try {
        manifests.push({ manifest, facts: await manifest.read(text) });
      } catch {
        // What a parser says quotes the file: the name is enough to find it.
        problems.push({
          code: 'manifest-invalid',
          message: `${sanitizeLine(name, 100)} can't be understood`,
        });
      }
    } else if (isLicenseFile(name)) {
      licenseTexts.push((await read(name)) ?? '');
    } else if (isReadme(name)) {
      readmes.push(name);
    }
  }
  // `README.md` rather than its translation `README.de.md`.
  const [readmeName] = readmes.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const readme = readmeName === undefined ? null : await read(readmeName);
  const stack = detectStack(new Set(files.map(([name]) => name)), manifests);
  return {
    signature: problems.some(({ code }) => code === unreadable) ? null : signature,
    description:
      sanitizeLine(stack.description ?? '', maxDescription) ||
      (readme === null ? null : firstParagraph(readme, maxDescription)),
    license: licenseOf(stack.licenses, licenseTexts),
    frameworks: [...stack.frameworks],
    packageManager: stack.packageManager,
    runtimes: { ...stack.runtimes },
    problems,
  };
}

/**
 * The files at the root that may say something, sorted by name. Synchronous: a dozen short calls for each
 * of a thousand projects, where promises would cost ten times as much.
 */
function listFiles(folder: string): (readonly [string, Stats])[] {
  const names = readdirSync(folder).slice(0, maxEntries).filter(isTelling).sort();
  return names.slice(0, maxFiles).flatMap((name) => {
    const stats = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
    return stats !== undefined && isWanted(name, stats) ? [[name, stats] as const] : [];
  });
}

const isTelling = (name: string): boolean =>
  isLockFile(name) || findManifestKind(name) !== null || isLicenseFile(name) || isReadme(name);

/** A folder `LICENSE` or a link `README.md` is nothing unusual; a linked manifest gets its warning. */
const isWanted = (name: string, stats: Stats): boolean =>
  !stats.isDirectory() && (!stats.isSymbolicLink() || findManifestKind(name) !== null);
