import { lazy } from '../../../util/async.ts';
import { identifyLicense } from './identify-license.ts';
import { licensesDir, type LicenseFile } from './license-files.ts';
import { readmeLicense } from './readme-license.ts';
import { parseSpdxExpression } from './spdx-expression.ts';

/** Forbids the sale of software under an otherwise free licence (commonsclause.com). */
const commonsClause = /commons\s{1,20}clause/i;
/** The way to state that a package is not licensed (docs.npmjs.com/cli/configuring-npm/package-json#license). */
const notLicensed = /^unlicensed$/i;

/**
 * Returns the SPDX expression of a project: from its manifests, or else its licence files, or else its README. Null
 * if none is certain, for example if two files contain two licences and nothing states "and" or "or", or if a file
 * contains another licence than the manifest states, which often is a default that was never changed.
 */
export async function detectLicense(sources: {
  /** As written, in order of precedence. */
  readonly manifests: readonly string[];
  readonly files: readonly LicenseFile[];
  readonly readme: string | null;
}): Promise<string | null> {
  const { manifests, files, readme } = sources;
  if (files.some(({ text }) => commonsClause.test(text))) return null;
  const atRoot = files.filter(({ path }) => !path.includes('/'));
  const identifyFiles = lazy(
    async () => new Set(await Promise.all((atRoot.length > 0 ? atRoot : files).map(identifyFile))),
  );
  for (const written of manifests) {
    if (notLicensed.test(written.trim())) return null;
    const expression = parseSpdxExpression(written);
    if (expression === null) continue;
    return isContradicted(expression, await identifyFiles()) ? null : expression;
  }
  const stated = readme === null ? null : readmeLicense(readme);
  if (files.length === 0) return stated;
  const licenses = await identifyFiles();
  // The LGPL is an addition to the GPL, which comes in a second file (gnu.org/licenses/gpl-howto).
  if (licenses.has('LGPL-3.0')) licenses.delete('GPL-3.0');
  const [only = null] = licenses;
  if (licenses.size < 2) return only;
  if (stated?.split(' OR ').sort().join() === [...licenses].sort().join()) return stated;
  return isRustPair(atRoot, licenses) ? 'MIT OR Apache-2.0' : null;
}

/** Whether all files contain other licences than the expression of a manifest. */
function isContradicted(expression: string, ofFiles: ReadonlySet<string | null>): boolean {
  if (ofFiles.size === 0) return false;
  const stated = familiesOf(expression);
  // The LGPL is an addition to the GPL, which may be the only text.
  if (stated.some((name) => name.startsWith('LGPL-'))) stated.push('GPL-2.0', 'GPL-3.0');
  return [...ofFiles].every(
    (found) => found !== null && !familiesOf(found).some((name) => stated.includes(name)),
  );
}

/** Returns the names in an expression. The text of a licence is the same for "only" and "or later". */
const familiesOf = (expression: string): string[] =>
  expression.split(/[()\s]+/).map((name) => name.replace(/-(?:only|or-later)$|\+$/, ''));

/** Text and file name have to agree in `LICENSES`, where the name is an SPDX identifier. */
async function identifyFile({ path, text }: LicenseFile): Promise<string | null> {
  const license = await identifyLicense(text);
  if (!path.startsWith(`${licensesDir}/`)) return license;
  const named = parseSpdxExpression(
    path.slice(licensesDir.length + 1).replace(/\.[a-z]{1,8}$/i, ''),
  );
  return license === null || familiesOf(named ?? '').includes(license) ? named : null;
}

/** `LICENSE-MIT` and `LICENSE-APACHE` offer a choice (rust-lang.github.io/api-guidelines/necessities.html). */
const isRustPair = (files: readonly LicenseFile[], licenses: ReadonlySet<string | null>): boolean =>
  licenses.size === 2 &&
  licenses.has('MIT') &&
  licenses.has('Apache-2.0') &&
  files.every(({ path }) => /^licen[sc]e-(?:mit|apache)/i.test(path));
