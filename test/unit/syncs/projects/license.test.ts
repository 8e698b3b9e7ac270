import { describe, expect, test } from 'vitest';
import {
  isLicenseFile,
  detectLicense,
} from '../../../../src/syncs/projects/license/detect-license.ts';
import { parseSpdxExpression } from '../../../../src/syncs/projects/license/spdx-expression.ts';

const mit = `The MIT License (MIT)

Copyright (c) 2026 Ada

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.`;
const isc = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted`;
const bsd = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:`;
const endorsement = `Neither the name of the copyright holder nor the names of its contributors may be
used to endorse or promote products derived from this software`;
const apache = '                Apache License\n          Version 2.0, January 2004\n';

describe('detectLicense with licence files', () => {
  test.each([
    ['MIT', mit],
    ['MIT-0', mit.slice(0, mit.indexOf(', subject to'))],
    [
      'ISC',
      `${isc}, provided that the above\n copyright notice and this permission notice appear in all copies.`,
    ],
    ['0BSD', `${isc}.`],
    ['BSD-2-Clause', bsd],
    ['BSD-3-Clause', `${bsd} ${endorsement}`],
    ['BSD-4-Clause', `${bsd} All advertising materials mentioning features ${endorsement}`],
    ['Apache-2.0', apache],
    [
      'Apache-2.0 WITH LLVM-exception',
      `${apache}---- LLVM Exceptions to the Apache 2.0 License ----`,
    ],
    ['GPL-2.0', 'GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991'],
    [
      'GPL-3.0',
      `GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007 ${'x '.repeat(500)} GNU Affero General Public License version 3, 19 November 2007`,
    ],
    ['LGPL-2.1', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999'],
    ['LGPL-3.0', 'GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007'],
    ['AGPL-3.0', 'GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007'],
    ['MPL-2.0', 'Mozilla Public License Version 2.0\n=================='],
    ['Unlicense', 'This is free and unencumbered software released into the public domain.'],
    ['CC0-1.0', 'Creative Commons Legal Code\n\nCC0 1.0 Universal'],
  ])('recognizes the text of %s', (license, text) => {
    expect(detectLicense([], [text])).toBe(license);
  });

  test.each([
    ['an empty file', ''],
    ['a proprietary text', 'All rights reserved. Ask Ada.'],
    [
      'a variant of MIT',
      `${mit} Except as contained in this notice, the name of X shall not be used.`,
    ],
    ['two licences in one file', `${mit}\n\n${apache}`],
    ['a mention only', 'Use it as you would use something under the MIT License.'],
  ])('returns null for %s', (_name, text) => {
    expect(detectLicense([], [text])).toBeNull();
  });

  test('returns null when two files contain different licences', () => {
    expect(detectLicense([], [mit, apache])).toBeNull();
    expect(detectLicense([], [mit, mit])).toBe('MIT');
  });

  test('returns LGPL-3.0 when the LGPL and the GPL are in separate files', () => {
    const gpl = 'GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007';
    const lesser = 'GNU LESSER GENERAL PUBLIC LICENSE Version 3, 29 June 2007';
    expect(detectLicense([], [gpl, lesser])).toBe('LGPL-3.0');
  });
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
    'constructor',
    '__proto__',
    '('.repeat(100_000),
  ])('returns null for %j', (written) => {
    expect(parseSpdxExpression(written)).toBeNull();
  });

  test('detectLicense prefers a valid manifest licence to licence files', () => {
    expect(detectLicense(['Apache-2.0'], [mit])).toBe('Apache-2.0');
    expect(detectLicense(['SEE LICENSE IN LICENSE'], [mit])).toBe('MIT');
    expect(detectLicense(['secret', 'ISC'], [mit])).toBe('ISC');
  });
});

test('isLicenseFile accepts names of licence files and rejects names of source files', () => {
  const yes = ['LICENSE', 'LICENCE.txt', 'license.md', 'COPYING', 'COPYING.LESSER', 'UNLICENSE'];
  const also = ['LICENSE-MIT', 'LICENSE-APACHE', 'MIT-LICENSE', 'LICENSE.Apache-2.0.txt'];
  expect([...yes, ...also].filter((name) => !isLicenseFile(name))).toEqual([]);
  const no = ['license.ts', 'LICENSES', 'licensed', 'LICENSE.go', 'copying.py', 'license-check.js'];
  expect(no.filter(isLicenseFile)).toEqual([]);
});
