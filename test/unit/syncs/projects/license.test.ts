import licenses from 'spdx-license-list/full.js';
import { describe, expect, test } from 'vitest';
import { detectLicense } from '../../../../src/syncs/projects/license/detect-license.ts';
import { identifyLicense } from '../../../../src/syncs/projects/license/identify-license.ts';
import {
  isLicenseFile,
  type LicenseFile,
} from '../../../../src/syncs/projects/license/license-files.ts';
import { licenseTexts } from '../../../../src/syncs/projects/license/license-texts.data.ts';
import { parseSpdxExpression } from '../../../../src/syncs/projects/license/spdx-expression.ts';
import { cpuMsUntil } from '../../../helpers/cpu-time.ts';

const textOf = (identifier: string): string =>
  (licenses[identifier]?.licenseText ?? '')
    .replace(/<year>/gi, '2026')
    .replace(/<(?:owner|copyright holders?)>/gi, 'Ada Lovelace');
/** Breaks lines between words, as the files of most projects are. */
const wrap = (text: string, columns: number): string =>
  text.replace(
    new RegExp(`(?![^\\n]{1,${String(columns)}}$)([^\\n]{1,${String(columns)}})[ \\t]`, 'g'),
    '$1\n',
  );
const mit = textOf('MIT');
const isc = textOf('ISC');
const apache = textOf('Apache-2.0');
const bsd3 = textOf('BSD-3-Clause');
const gpl3 = textOf('GPL-3.0-only');
const lgpl3 = textOf('LGPL-3.0-only').slice(0, textOf('LGPL-3.0-only').lastIndexOf('GNU GENERAL'));
const commonsClause = `"Commons Clause" License Condition v1.0

The Software is provided to you by the Licensor under the License, as defined below, subject to the following
condition. Without limiting other conditions in the License, the grant of rights under the License will not include,
and the License does not grant to you, the right to Sell the Software.
`;

describe('identifyLicense', () => {
  const listed = licenseTexts.texts
    .map(({ identifier }) => identifier)
    .filter((identifier) => !/-or-later$|-exception$/.test(identifier));
  test.each(listed)('recognizes the text of %s', async (identifier) => {
    const text = textOf(identifier) || textOf(`${identifier}-only`);
    expect(await identifyLicense(text)).toBe(identifier);
  });

  /** Texts that name their authors in other paragraphs than a notice. */
  const named = /^(?:ICU|zlib-ack|Libpng|bzip2|PolyForm-Non|Unicode-DFS|OLDAP)/;
  const unnamed = listed.filter((identifier) => !named.test(identifier));
  test.each(unnamed)('recognizes the text of %s when its lines are wrapped', async (identifier) => {
    const text = textOf(identifier) || textOf(`${identifier}-only`);
    for (const columns of [60, 72, 79, 100]) {
      expect({ columns, license: await identifyLicense(wrap(text, columns)) }).toEqual({
        ...{ columns, license: identifier },
      });
    }
  });

  const llvm = `${apache}
--- LLVM Exceptions to the Apache 2.0 License ----

As an exception, if, as a result of your compiling your source code, portions
of this Software are embedded into an Object form of such source code, you
may redistribute such embedded portions in such Object form without complying
with the conditions of Sections 4(a), 4(b) and 4(d) of the License.

In addition, if you combine or link compiled forms of this Software with
software that is licensed under the GPLv2 ("Combined Software") and if a
court of competent jurisdiction determines that the patent provision (Section
3), the indemnity provision (Section 9) or other Section of the License
conflicts with the conditions of the GPLv2, you may retroactively and
prospectively choose to deem waived or otherwise exclude such Section(s) of
the License, but only in their entirety and only with respect to the Combined
Software.`;
  const notice = `This program is free software: you can redistribute it and/or modify it under the terms of the GNU
    General Public License as published by the Free Software Foundation, either version 3 of the License, or (at your
    option) any later version. This program is distributed in the hope that it will be useful, but WITHOUT ANY
    WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU
    General Public License for more details.`;
  test.each<[string, string, string]>([
    ['capital letters', mit.toUpperCase(), 'MIT'],
    ['one line', mit.replace(/\s+/g, ' ').replace(/Copyright.*?(?=Permission)/, ''), 'MIT'],
    ['Windows line endings', mit.replace(/\n/g, '\r\n'), 'MIT'],
    ['comment prefixes', mit.replace(/^/gm, ' * '), 'MIT'],
    ['typographic quotes', mit.replace(/"(\w+(?: \w+)?)"/g, '“$1”'), 'MIT'],
    ['Markdown', `# MIT License\n\n**Copyright** © [Ada](https://ada.example)\n\n${mit}`, 'MIT'],
    [
      'several copyright notices',
      `Copyright 2019 Ada\nCopyright (C) 2020, Bo and others\n${mit}`,
      'MIT',
    ],
    ['the name of the project', `tiny-parser is released under the MIT license.\n\n${mit}`, 'MIT'],
    ['the same text twice', `${mit}\n\nvendored-thing\n\n${mit}`, 'MIT'],
    ['no instructions', apache.slice(0, apache.indexOf('APPENDIX')), 'Apache-2.0'],
    ['the notice for files', apache.slice(apache.lastIndexOf('Licensed under')), 'Apache-2.0'],
    [
      'another organization',
      bsd3.replaceAll('the copyright holder', 'the Acme Widget Company'),
      'BSD-3-Clause',
    ],
    [
      'British spelling',
      mit.replace('MIT License', 'MIT Licence').replace('sublicense', 'sublicence'),
      'MIT',
    ],
    [
      'a typo',
      mit.replace('merchantability', 'merchantibility').replace('publish', 'publsh'),
      'MIT',
    ],
    ['an exception', llvm, 'Apache-2.0 WITH LLVM-exception'],
    ['the LGPL followed by the GPL', textOf('LGPL-3.0-only'), 'LGPL-3.0'],
    ['a notice that allows later versions', notice, 'GPL-3.0-or-later'],
    ['a notice and the text of the GPL', `${notice}\n\n${gpl3}`, 'GPL-3.0-or-later'],
    ['two licences', `${mit}\n\n${gpl3}`, 'MIT AND GPL-3.0'],
    ['the licences of two authors', `${isc}\n\n${bsd3}`, 'ISC AND BSD-3-Clause'],
  ])('recognizes a text with %s', async (_name, text, expected) => {
    expect(await identifyLicense(text)).toBe(expected);
  });

  const insert = (text: string): string =>
    mit.replace('following conditions:', `following conditions:\n\n${text}\n`);
  test.each<[string, string]>([
    ['no text', ''],
    ['a proprietary text', 'All rights reserved. Ask Ada.'],
    ['a mention', 'Use it as you would use something under the MIT License.'],
    [
      'a mention among reserved rights',
      'All rights reserved. This product includes software under the Apache License Version 2.0, January 2004.',
    ],
    ['a condition', insert('The Software may not be used for commercial purposes.')],
    ['a short condition', insert('Never for military use.')],
    [
      'a condition in a clause',
      mit.replace('without limitation the rights', 'without limitation the non-commercial rights'),
    ],
    ['a missing freedom', mit.replace('and/or sell', '')],
    ['a removed negation', bsd3.replace('BUT NOT LIMITED TO', 'BUT LIMITED TO')],
    ['the Commons Clause', `${commonsClause}\n${apache}`],
    [
      'a proprietary introduction',
      `PROPRIETARY. No rights are granted. The following applies to foo.js only:\n${mit}`,
    ],
    ['a copyright line with a condition', `Copyright 2026 Ada. Not for commercial use.\n${mit}`],
    [
      'a condition in the place of a name',
      bsd3.replace('the copyright holder nor', 'anyone must be mentioned, you must not sell nor'),
    ],
    [
      'a restriction after the text',
      `${bsd3}\nYou acknowledge that this software is not designed for use in a nuclear facility.`,
    ],
    ['a second licence by name', `${mit}\nFonts: SIL OFL, the code generator: GPL version 2.`],
    [
      'third-party notices',
      `${mit}\nPortions of this software come from elsewhere, under their own terms.`,
    ],
    ['half of a licence', apache.slice(0, 5000)],
    ['shuffled words', mit.split(' ').sort().join(' ')],
    [
      'the advertising clause of another licence',
      bsd3.replace(
        '3. Neither',
        '3. All advertising materials must display an acknowledgement.\n4. Neither',
      ),
    ],
  ])('returns null for %s', async (_name, text) => {
    expect(await identifyLicense(text)).toBeNull();
  });

  const words = 'the software is provided by ';
  test.each([
    words,
    'neither the name ',
    'permission is hereby granted, free of charge ',
    'copyright ',
    '(c)',
    '-\n',
    '](',
    '\n',
    'a b c d ',
  ])('is fast for a file that repeats %j', async (piece) => {
    const identifying = async (): Promise<void> => {
      expect(await identifyLicense(piece.repeat(Math.ceil(1e6 / piece.length)))).toBeNull();
    };
    expect(await cpuMsUntil(identifying)).toBeLessThan(5_000);
  });
});

const file = (path: string, text: string): LicenseFile => ({ path, text });
const detect = (
  files: readonly LicenseFile[],
  { manifests = [], readme = null }: { manifests?: readonly string[]; readme?: string | null } = {},
): Promise<string | null> => detectLicense({ manifests, files, readme });

describe('detectLicense', () => {
  test('returns the licence of a manifest when a licence file agrees or is not recognized', async () => {
    const files = [file('LICENSE', mit)];
    expect(await detect(files, { manifests: ['(MIT OR Apache-2.0)'] })).toBe('(MIT OR Apache-2.0)');
    expect(await detect(files, { manifests: ['SEE LICENSE IN LICENSE'] })).toBe('MIT');
    expect(await detect([file('LICENSE', 'See the website.')], { manifests: ['ISC'] })).toBe('ISC');
    const both = [...files, file('LICENSE-docs', apache)];
    expect(await detect(both, { manifests: ['secret', 'MIT'] })).toBe('MIT');
    const gpl = [file('COPYING', gpl3)];
    expect(await detect(gpl, { manifests: ['GPL-3.0-or-later'] })).toBe('GPL-3.0-or-later');
    expect(await detect(gpl, { manifests: ['LGPL-3.0-only'] })).toBe('LGPL-3.0-only');
  });

  test('returns null when the licence file contains another licence than the manifest states', async () => {
    expect(await detect([file('LICENSE', mit)], { manifests: ['ISC'] })).toBeNull();
    expect(await detect([file('LICENSE', apache)], { manifests: ['MIT OR ISC'] })).toBeNull();
  });

  test('returns null when a manifest states that the package is not licensed', async () => {
    expect(await detect([file('LICENSE', mit)], { manifests: ['UNLICENSED'] })).toBeNull();
  });

  test('returns null when a licence file restricts the licence of the manifest', async () => {
    const files = [file('LICENSE', `${commonsClause}\n${mit}`)];
    expect(await detect(files, { manifests: ['MIT'] })).toBeNull();
  });

  test('returns null when two files contain different licences', async () => {
    expect(await detect([file('LICENSE', mit), file('COPYING', apache)])).toBeNull();
    expect(await detect([file('LICENSE', mit), file('COPYING', mit)])).toBe('MIT');
  });

  test('returns LGPL-3.0 when the LGPL and the GPL are in separate files', async () => {
    expect(await detect([file('COPYING', gpl3), file('COPYING.LESSER', lgpl3)])).toBe('LGPL-3.0');
  });

  test('returns a choice for LICENSE-MIT and LICENSE-APACHE', async () => {
    const files = [file('LICENSE-APACHE', apache), file('LICENSE-MIT', mit)];
    expect(await detect(files)).toBe('MIT OR Apache-2.0');
    expect(await detect([...files, file('LICENSE', 'Ask Ada.')])).toBeNull();
  });

  test('returns a choice between two files when the README states it', async () => {
    const files = [file('LICENSE-BSD', bsd3), file('LICENSE-GPL', gpl3)];
    const readme = '# X\n\n## License\n\nYou may choose either the BSD-3-Clause or the GPL-3.0.\n';
    expect(await detect(files, { readme })).toBe('BSD-3-Clause OR GPL-3.0');
    expect(await detect(files, { readme: '## License\nSee the files.\n' })).toBeNull();
  });

  test('returns the licence in LICENSES when it is the only one', async () => {
    expect(await detect([file('LICENSES/MIT.txt', mit)])).toBe('MIT');
    expect(await detect([file('LICENSES/GPL-3.0-or-later.txt', gpl3)])).toBe('GPL-3.0-or-later');
    expect(await detect([file('LICENSES/LicenseRef-Acme.txt', 'Ask.')])).toBe('LicenseRef-Acme');
    expect(await detect([file('LICENSES/MIT.txt', gpl3)])).toBeNull();
    expect(
      await detect([
        file('LICENSES/MIT.txt', mit),
        file('LICENSES/CC0-1.0.txt', textOf('CC0-1.0')),
      ]),
    ).toBeNull();
  });

  test('prefers the licence file at the root to LICENSES', async () => {
    const files = [file('LICENSE', mit), file('LICENSES/CC0-1.0.txt', textOf('CC0-1.0'))];
    expect(await detect(files)).toBe('MIT');
  });

  test.each<[string, string | null]>([
    ['# X\n\n## License\n\nMIT © [Ada](https://ada.example)\n', 'MIT'],
    ['X\n=\n\nLicense\n-------\n\n[Apache License, Version 2.0](LICENSE)\n', 'Apache-2.0'],
    [
      '## 📄 License\n\nThis project is licensed under the terms of the ISC license.\n\n## Other\n\nnot',
      'ISC',
    ],
    ['## Licence\n\nGPL v3 or later\n', 'GPL-3.0-or-later'],
    [
      '## License\n\nLicensed under either of Apache License, Version 2.0 or MIT license at your option.\n',
      'Apache-2.0 OR MIT',
    ],
    ['## License\n\nThe code is under the MIT license, the assets are not.\n', null],
    ['## License\n\nMIT for non-commercial use.\n', null],
    ['## License\n\nMIT. Uses a library under Apache-2.0.\n', null],
    ['## License\n\nAll rights reserved.\n', null],
    ['## Usage\n\nMIT\n', null],
    ['## License checker\n\nFinds MIT.\n', null],
  ])('reads the section of a README %j as %j', async (readme, expected) => {
    expect(await detect([], { readme })).toBe(expected);
  });

  test('ignores the README when a licence file is not recognized', async () => {
    const readme = '## License\n\nMIT\n';
    expect(await detect([file('LICENSE', 'Ask Ada.')], { readme })).toBeNull();
  });

  test.each(['# ', '## License\n', 'a\n-\n', '## License\n\nmit ', '=\n'])(
    'is fast for a README that repeats %j',
    async (piece) => {
      const readme = piece.repeat(Math.ceil(1e6 / piece.length));
      expect(await cpuMsUntil(() => detect([], { readme }))).toBeLessThan(5_000);
    },
  );
});

describe('parseSpdxExpression', () => {
  test.each([
    ['MIT', 'MIT'],
    ['mit', 'MIT'],
    ['MIT License', 'MIT'],
    ['Apache 2.0', 'Apache-2.0'],
    ['(MIT OR Apache-2.0)', '(MIT OR Apache-2.0)'],
    ['MIT or  Apache-2.0 with LLVM-exception', 'MIT OR Apache-2.0 WITH LLVM-exception'],
    [
      'GPL-2.0-or-later WITH Classpath-exception-2.0',
      'GPL-2.0-or-later WITH Classpath-exception-2.0',
    ],
    ['(BSD-2-Clause AND (MIT OR 0BSD))', '(BSD-2-Clause AND (MIT OR 0BSD))'],
    ['LicenseRef-Acme-1', 'LicenseRef-Acme-1'],
    ['apache-2.0+', 'Apache-2.0+'],
    ['PolyForm-Noncommercial-1.0.0', 'PolyForm-Noncommercial-1.0.0'],
  ])('parses %j as %j', (written, expected) => {
    expect(parseSpdxExpression(written)).toBe(expected);
  });

  test.each([
    'UNLICENSED',
    'proprietary',
    'SEE LICENSE IN LICENSE.md',
    'BSD',
    'GPL',
    '',
    'MIT OR',
    'OR MIT',
    'MIT Apache-2.0',
    '(MIT',
    'MIT)',
    ')MIT(',
    'MIT) AND (ISC',
    '()',
    'LLVM-exception',
    'MIT WITH ISC',
    'MIT WITH',
    'Apache-2.0+ WITH',
    'constructor',
    '__proto__',
    '('.repeat(100_000),
  ])('returns null for %j', (written) => {
    expect(parseSpdxExpression(written)).toBeNull();
  });
});

test.each([
  [
    'GPL-2.0',
    'GPL-2.0-only',
    `This General Public License does not permit incorporating your program into proprietary programs. If your program is
a subroutine library, you may consider it more useful to permit linking proprietary applications with the library. If
this is what you want to do, use the GNU Lesser General Public License instead of this License.`,
  ],
  [
    'CC-BY-4.0',
    'CC-BY-4.0',
    `The text of the Creative Commons public licenses is dedicated to the public domain under the CC0 Public Domain
Dedication.`,
  ],
  [
    'OFL-1.1',
    'OFL-1.1',
    `This Font Software is licensed under the SIL Open Font License, Version 1.1. This license is copied below, and is
also available with a FAQ at: https://openfontlicense.org`,
  ],
])(
  'identifyLicense recognizes %s with a passage that the SPDX text lacks',
  async (license, source, passage) => {
    expect(await identifyLicense(`${passage}\n\n${wrap(textOf(source), 76)}`)).toBe(license);
  },
);

test('isLicenseFile accepts names of licence files and rejects names of source files', () => {
  const yes = ['LICENSE', 'LICENCE.txt', 'license.md', 'COPYING', 'COPYING.LESSER', 'UNLICENSE'];
  const also = ['LICENSE-MIT', 'LICENSE-APACHE', 'MIT-LICENSE', 'LICENSE.Apache-2.0.txt'];
  const more = [
    'LICENSE_1_0.txt',
    'LICENSE.MIT',
    'COPYING3',
    'COPYING.LIB',
    'OFL.txt',
    'LICENSE-2.0.txt',
  ];
  expect([...yes, ...also, ...more].filter((name) => !isLicenseFile(name))).toEqual([]);
  const no = ['license.ts', 'LICENSES', 'licensed', 'LICENSE.go', 'copying.py', 'license-check.js'];
  expect(no.filter(isLicenseFile)).toEqual([]);
});
