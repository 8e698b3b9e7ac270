import { identifyLicense } from './identify-license.ts';
import { parseSpdxExpression } from './spdx-expression.ts';

/** Matches `LICENSE`, `LICENCE.txt`, `COPYING.LESSER`, `MIT-LICENSE`, `LICENSE-APACHE`, … but no source file. */
export const isLicenseFile = (name: string): boolean =>
  /^([a-z0-9]{1,20}-)?((un)?licen[sc]e|copying)([-.]([al]?gpl(-?[23])?|lesser|apache(-?2(\.0)?)?|mit|[0-3]?-?bsd|mpl|isc|zlib|unlicense|cc0))?(\.(md|markdown|txt|rst))?$/i.test(
    name,
  );

/**
 * Returns the SPDX expression of a project, from its manifests or else from its licence files. Null if
 * neither is certain, for example if two files contain two licences: "and" or "or" can't be inferred.
 */
export function detectLicense(
  manifestLicenses: readonly string[],
  texts: readonly string[],
): string | null {
  for (const written of manifestLicenses) {
    const expression = parseSpdxExpression(written);
    if (expression !== null) return expression;
  }
  const licenses = new Set(texts.map(identifyLicense));
  // The LGPL is an addition to the GPL, which comes in a second file (gnu.org/licenses/gpl-howto).
  if (licenses.has('LGPL-3.0')) licenses.delete('GPL-3.0');
  const [only = null, ...others] = licenses;
  return others.length === 0 ? only : null;
}
