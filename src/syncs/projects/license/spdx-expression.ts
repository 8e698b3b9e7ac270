import licenseIds from 'spdx-license-ids/index.json' with { type: 'json' };
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import exceptionIds from 'spdx-exceptions/index.json' with { type: 'json' };

const byLowerCase = (identifiers: readonly string[]): ReadonlyMap<string, string> =>
  new Map(identifiers.map((identifier) => [identifier.toLowerCase(), identifier]));
const licenses = byLowerCase([...licenseIds, ...deprecatedIds]);
const exceptions = byLowerCase(exceptionIds);

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
        : parts.at(-1) === 'WITH'
          ? (exceptions.get(token.toLowerCase()) ?? null)
          : identifier(token);
    if (part === null) return null;
    parts.push(part);
  }
  if (expectsName || depth !== 0) return null;
  return parts.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}

function identifier(token: string): string | null {
  if (/^LicenseRef-[A-Za-z0-9.-]{1,100}$/.test(token)) return token;
  const exact = licenses.get(token.toLowerCase());
  if (exact !== undefined || !token.endsWith('+')) return exact ?? null;
  const license = licenses.get(token.slice(0, -1).toLowerCase());
  return license === undefined ? null : `${license}+`;
}
