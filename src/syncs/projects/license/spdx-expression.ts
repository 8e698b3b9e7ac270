/** The common identifiers of the SPDX licence list (spdx.org/licenses). */
const identifiers = new Map(
  `0BSD AAL AFL-2.1 AFL-3.0 AGPL-1.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.0 Apache-1.1
  Apache-2.0 APSL-2.0 Artistic-1.0 Artistic-1.0-Perl Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause
  BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSL-1.0 BUSL-1.1
  CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0
  CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-2.1 CECILL-B CECILL-C CPL-1.0 curl ECL-2.0
  EFL-2.0 Elastic-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 FSL-1.1-ALv2 FSL-1.1-MIT FTL GFDL-1.3
  GFDL-1.3-only GFDL-1.3-or-later GPL-1.0-only GPL-1.0-or-later GPL-2.0 GPL-2.0+ GPL-2.0-only
  GPL-2.0-or-later GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later Hippocratic-2.1 HPND ICU IJG IPL-1.0
  ISC JSON LGPL-2.0 LGPL-2.0+ LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1+ LGPL-2.1-only
  LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only LGPL-3.0-or-later Libpng LPPL-1.3c MIT MIT-0
  MPL-1.0 MPL-1.1 MPL-2.0 MPL-2.0-no-copyleft-exception MS-PL MS-RL MulanPSL-2.0 NCSA ODbL-1.0 OFL-1.1
  OpenSSL OSL-3.0 PDDL-1.0 PHP-3.01 PostgreSQL PSF-2.0 Python-2.0 QPL-1.0 Ruby Sleepycat SSPL-1.0
  TCL Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C WTFPL X11 Xnet Zlib ZPL-2.1
  Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0 Font-exception-2.0
  GCC-exception-3.1 GPL-3.0-linking-exception LLVM-exception OpenJDK-assembly-exception-1.0
  Universal-FOSS-exception-1.0`
    .split(/\s+/)
    .map((identifier) => [identifier.toLowerCase(), identifier]),
);

/** Unambiguous names that are not SPDX identifiers. "GPL" and "BSD" are ambiguous. */
const commonNames: Readonly<Record<string, string>> = {
  'apache 2': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'apache license, version 2.0': 'Apache-2.0',
  'apache software license, version 2.0': 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  'bsd 2-clause license': 'BSD-2-Clause',
  'bsd 3-clause license': 'BSD-3-Clause',
  'eclipse public license 2.0': 'EPL-2.0',
  'eclipse public license v2.0': 'EPL-2.0',
  'isc license': 'ISC',
  'mit license': 'MIT',
  'mozilla public license 2.0': 'MPL-2.0',
  'the apache license, version 2.0': 'Apache-2.0',
  'the apache software license, version 2.0': 'Apache-2.0',
  'the mit license': 'MIT',
  'the unlicense': 'Unlicense',
};

/**
 * Parses the licence field of a manifest. Returns a normalized SPDX expression, or null if the field is
 * something else, such as "proprietary" or "SEE LICENSE IN …".
 */
export function parseSpdxExpression(written: string): string | null {
  if (written.length > 500) return null;
  const text = written.trim().replace(/\s+/g, ' ');
  const lowerCase = text.toLowerCase();
  if (Object.hasOwn(commonNames, lowerCase)) return commonNames[lowerCase] ?? null;
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const parts: string[] = [];
  let depth = 0;
  let expectsName = true;
  for (const token of tokens) {
    const isOperator = /^(AND|OR|WITH)$/i.test(token);
    // A name or `(` must be where an operand is expected, an operator or `)` after an operand.
    if ((token === ')' || isOperator) === expectsName) return null;
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else expectsName = isOperator;
    if (depth < 0) return null;
    const part = /^[()]$/.test(token)
      ? token
      : isOperator
        ? token.toUpperCase()
        : identifier(token);
    if (part === null) return null;
    parts.push(part);
  }
  if (expectsName || depth !== 0) return null;
  return parts.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}

function identifier(token: string): string | null {
  if (/^LicenseRef-[A-Za-z0-9.-]{1,100}$/.test(token)) return token;
  return identifiers.get(token.toLowerCase()) ?? null;
}
