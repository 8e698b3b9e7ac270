import licenses from 'spdx-license-list/full.js';
import { licenseWords } from './license-words.ts';
import { encodeWordNumbers } from './word-numbers.ts';

/** The licences whose texts are recognized, as named in the SPDX licence list. Related texts: the common one first. */
const identifiers = `
  MIT MIT-0 MIT-Modern-Variant MITNFA X11 JSON ICU curl NCSA ISC 0BSD BSD-1-Clause BSD-2-Clause
  BSD-2-Clause-Views BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSD-4-Clause-UC BSD-Source-Code
  Apache-1.1 Apache-2.0 ECL-2.0 GPL-1.0-only GPL-2.0-only GPL-3.0-only LGPL-2.0-only LGPL-2.1-only
  LGPL-3.0-only AGPL-1.0-only AGPL-3.0-only GFDL-1.2-only GFDL-1.3-only MPL-1.0 MPL-1.1 MPL-2.0 EPL-1.0
  EPL-2.0 CPL-1.0 IPL-1.0 CDDL-1.0 CDDL-1.1 EUPL-1.1 EUPL-1.2 CECILL-2.1 CECILL-B CECILL-C Unlicense
  CC0-1.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-BY-NC-4.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0
  CC-BY-NC-ND-4.0 BSL-1.0 Zlib zlib-acknowledgement Libpng libpng-2.0 bzip2-1.0.6 Artistic-1.0
  Artistic-1.0-Perl Artistic-2.0 BlueOak-1.0.0 OFL-1.0 OFL-1.1 WTFPL Beerware BUSL-1.1 Elastic-2.0 SSPL-1.0
  FSL-1.1-MIT FSL-1.1-ALv2 PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0 Parity-7.0.0
  AFL-2.1 AFL-3.0 OSL-3.0 NPOSL-3.0 EFL-2.0 UPL-1.0 PostgreSQL MS-PL MS-RL
  MulanPSL-1.0 MulanPSL-2.0 Vim Ruby PHP-3.01 Zend-2.0 Python-2.0 PSF-2.0 CNRI-Python OpenSSL TCL
  Unicode-3.0 Unicode-DFS-2016 W3C FTL IJG LPPL-1.3c QPL-1.0 Sleepycat ZPL-2.1 OLDAP-2.8 AAL Xnet APSL-2.0
  ODbL-1.0 ODC-By-1.0 PDDL-1.0 CERN-OHL-P-2.0 CERN-OHL-S-2.0 CERN-OHL-W-2.0`
  .trim()
  .split(/\s+/);

/** The list appends the GPL to the LGPL, which usually is a file of its own. */
const followedBy: Readonly<Record<string, string>> = {
  'LGPL-3.0-only': 'gnu general public license version 3 29 june 2007',
};

/** Notices that grant a licence, from the instructions in its text: the source, the first and the last words. */
const notices: Readonly<Record<string, readonly [source: string, first: string, last: string]>> = {
  'Apache-2.0': [
    'Apache-2.0',
    'licensed under the apache license version 2 0 the license you may not',
    'governing permissions and limitations under the license',
  ],
  'GPL-2.0-or-later': [
    'GPL-2.0-only',
    'this program is free software',
    'general public license for more details',
  ],
  'GPL-3.0-or-later': [
    'GPL-3.0-only',
    'this program is free software',
    'general public license for more details',
  ],
  'AGPL-3.0-or-later': [
    'AGPL-3.0-only',
    'this program is free software',
    'general public license for more details',
  ],
  'LGPL-2.1-or-later': [
    'LGPL-2.1-only',
    'this library is free software',
    'general public license for more details',
  ],
};

/** The list has no texts of exceptions. */
const exceptions: Readonly<Record<string, string>> = {
  'LLVM-exception': `LLVM Exceptions to the Apache 2.0 License
    As an exception, if, as a result of your compiling your source code, portions of this Software are embedded into
    an Object form of such source code, you may redistribute such embedded portions in such Object form without
    complying with the conditions of Sections 4(a), 4(b) and 4(d) of the License.
    In addition, if you combine or link compiled forms of this Software with software that is licensed under the GPLv2
    ("Combined Software") and if a court of competent jurisdiction determines that the patent provision (Section 3),
    the indemnity provision (Section 9) or other Section of the License conflicts with the conditions of the GPLv2, you
    may retroactively and prospectively choose to deem waived or otherwise exclude such Section(s) of the License, but
    only in their entirety and only with respect to the Combined Software.`,
};

/** The beginnings of instructions for using a licence, which are often omitted. */
const appendix =
  / (?:end of terms and conditions|exhibit a (?:source code form license notice|form of secondary)|for more information please refer to|creative commons is not a party to its public|how to apply the mulan|notice pursuant to section 9) /;
/** The first words after a notice about the licence itself, which is often omitted. */
const body =
  /(?:by exercising the licensed rights defined|statement of purpose the laws of most jurisdictions|the work as defined below is provided under the terms of this creative commons) /;

const countWords = (text: string): number => text.split(' ').filter((word) => word !== '').length;

function tabulate(identifier: string, text: string) {
  const words = licenseWords(text).join(' ');
  const next = followedBy[identifier];
  const end = next === undefined ? -1 : words.indexOf(next, next.length);
  const own = (end === -1 ? words : words.slice(0, end)).trim();
  const to = appendix.exec(own)?.index;
  return {
    // These texts do not state "only" or "or later", the source files do.
    identifier: identifier.replace(/^((?:[AL]?GPL|GFDL)-.*)-only$/, '$1'),
    from: countWords(own.slice(0, body.exec(own)?.index ?? 0)),
    to: countWords(own.slice(0, to ?? own.length)),
    words: own.split(' '),
  };
}

function textOf(identifier: string): string {
  const license = licenses[identifier];
  if (license === undefined) throw new Error(`${identifier} is not in the SPDX license list`);
  return license.licenseText;
}

function noticeOf(source: string, first: string, last: string): string {
  const words = licenseWords(textOf(source)).join(' ');
  const from = words.lastIndexOf(first);
  const to = words.indexOf(last, from);
  if (from === -1 || to === -1) throw new Error(`the notice of ${source} was not found`);
  return words.slice(from, to + last.length);
}

const texts = [
  ...identifiers.map((identifier) => tabulate(identifier, textOf(identifier))),
  ...Object.entries(notices).map(([name, [source, first, last]]) =>
    tabulate(name, noticeOf(source, first, last)),
  ),
  ...Object.entries(exceptions).map(([name, text]) => tabulate(name, text)),
];

const frequencies = new Map<string, number>();
for (const word of texts.flatMap(({ words }) => words)) {
  frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
}
/** The most frequent words first, because the first characters of `encodeWordNumbers` are the shortest. */
const vocabulary = [...frequencies].sort((a, b) => b[1] - a[1]).map(([word]) => word);
const numbers = new Map(vocabulary.map((word, number) => [word, number]));

/**
 * The words of common licences: `words` are encoded indexes into `vocabulary`. The part from `from` to `to` is
 * essential. The build evaluates this module.
 */
export const licenseTexts = {
  vocabulary: vocabulary.join(' '),
  texts: texts.map((text) => ({
    ...text,
    words: encodeWordNumbers(text.words.map((word) => numbers.get(word) ?? 0)),
  })),
};
