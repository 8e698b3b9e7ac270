import { identifyLicense } from './identify-license.ts';
import { spdxExpression } from './spdx-expression.ts';

/** `LICENSE`, `LICENCE.txt`, `COPYING.LESSER`, `UNLICENSE`, `MIT-LICENSE`, `LICENSE-APACHE`, …; no source file. */
export const isLicenseFile = (name: string): boolean =>
  /^([a-z0-9]{1,20}-)?((un)?licen[sc]e|copying)([-.]([al]?gpl(-?[23])?|lesser|apache(-?2(\.0)?)?|mit|[0-3]?-?bsd|mpl|isc|zlib|unlicense|cc0))?(\.(md|markdown|txt|rst))?$/i.test(
    name,
  );

/**
 * The SPDX expression of a project: what its manifests say, else what its licence files are. Null when
 * neither is certain, also when two files are two licences: "and" or "or" is not ours to say.
 */
export function licenseOf(written: readonly string[], texts: readonly string[]): string | null {
  for (const text of written) {
    const expression = spdxExpression(text);
    if (expression !== null) return expression;
  }
  const licenses = new Set(texts.map(identifyLicense));
  // The Lesser GPL comes as an addition to the GPL, in a second file (gnu.org/licenses/gpl-howto).
  if (licenses.has('LGPL-3.0')) licenses.delete('GPL-3.0');
  const [only = null, ...others] = licenses;
  return others.length === 0 ? only : null;
}
