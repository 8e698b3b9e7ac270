import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import {
  attentionGroupNames,
  attentionGroups,
  attentionTitles,
} from '../../../src/schema/attention-codes.ts';
import { bySeverity, diagnostic, healthOf } from '../../../src/util/diagnostic.ts';
import { diagnosticCodes } from '../../../src/util/diagnostic-codes.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/diagnostics.md'), 'utf8');

test('docs/diagnostics.md lists every diagnostic code with its severity, in the order of the registry', () => {
  const rows = Array.from(page.matchAll(/^\| `([^`]+)` \| (\w+) \| .+ \| .+ \|$/gm), (row) => [
    row[1],
    row[2],
  ]);
  expect(rows).toEqual(Object.entries(diagnosticCodes));
});

test('docs/diagnostics.md lists every reason for attention under the title of its group', () => {
  const sections = page.slice(page.indexOf('## Attention')).split('\n### ').slice(1);
  const documented = sections.map((section) => [
    section.slice(0, section.indexOf('\n')).toLowerCase(),
    Array.from(section.matchAll(/^\| `([^`]+)` \|/gm), ([, code]) => code),
  ]);
  expect(documented).toEqual(
    attentionGroupNames.map((group) => [attentionTitles[group], [...attentionGroups[group]]]),
  );
});

test('diagnostic codes are kebab-case', () => {
  const codes = Object.keys(diagnosticCodes);
  expect(codes.filter((code) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code))).toEqual([]);
});

test('bySeverity sorts errors before warnings and keeps the order of equals', () => {
  const [stale, missing] = [
    diagnostic('stale', { message: '' }),
    diagnostic('missing', { message: '' }),
  ];
  const torn = diagnostic('history-torn', { message: '' });
  expect([missing, torn, stale].toSorted(bySeverity)).toEqual([stale, missing, torn]);
});

test('healthOf returns the worst severity, and ok without errors and warnings', () => {
  const warning = diagnostic('missing', { message: '' });
  expect(healthOf([])).toBe('ok');
  expect(healthOf([{ ...warning, severity: 'info' }])).toBe('ok');
  expect(healthOf([warning])).toBe('warning');
  expect(healthOf([warning, diagnostic('stale', { message: '' })])).toBe('error');
});
