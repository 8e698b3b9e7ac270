import { readFileSync } from 'node:fs';
import {
  coverageFormats,
  type CoverageFormatName,
} from '../../../../../../src/syncs/quality/coverage/formats/registry.ts';
import type { CoverageFormat } from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';

/** One report of each format, relative to `test/fixtures/coverage/`. */
const files: Readonly<Record<CoverageFormatName, string>> = {
  'coverage.py': 'coverage-py/coverage.json',
  'llvm-cov': 'llvm-cov/llvm-cov.json',
  gcovr: 'gcovr/gcovr.json',
  'gcovr-summary': 'gcovr/gcovr-summary.json',
  coveralls: 'gcovr/coveralls.json',
  tarpaulin: 'by-hand/tarpaulin-report.json',
  coverlet: 'by-hand/coverlet.json',
  simplecov: 'by-hand/simplecov-1.json',
  'simplecov-results': 'simplecov/resultset.json',
  clover: 'phpunit/clover.xml',
  jacoco: 'jacoco/jacoco.xml',
  sonarqube: 'gcovr/sonarqube.xml',
  go: 'go/coverage.out',
  opencover: 'by-hand/opencover.xml',
  'istanbul-summary': 'nyc/coverage-summary.json',
  istanbul: 'nyc/coverage-final.json',
  lcov: 'nyc/lcov.info',
  cobertura: 'nyc/cobertura-coverage.xml',
  xccov: 'by-hand/xccov.json',
  'xccov-lines': 'by-hand/xccov-lines.json',
  covdir: 'by-hand/covdir.json',
  kcov: 'by-hand/kcov.json',
  apex: 'by-hand/apex.json',
  'devel-cover': 'by-hand/devel-cover.json',
  dotcover: 'by-hand/dotcover.xml',
  'dotcover-json': 'by-hand/dotcover.json',
  'visual-studio': 'by-hand/visual-studio.xml',
  coveragexml: 'by-hand/visual-studio.coveragexml',
  ncover: 'by-hand/ncover.xml',
  scoverage: 'by-hand/scoverage.xml',
  gcov: 'by-hand/sound.c.gcov',
  luacov: 'by-hand/luacov.report.out',
  codecov: 'by-hand/codecov.json',
  'jacoco-csv': 'by-hand/jacoco.csv',
};

export interface Sample {
  readonly name: string;
  readonly format: CoverageFormat;
  readonly text: string;
  readonly kind: 'json' | 'xml' | 'lines';
}

/** A sample of every format. */
export const samples: readonly Sample[] = coverageFormats.map((format) => {
  const file = files[format.name];
  const url = new URL(`../../../../../fixtures/coverage/${file}`, import.meta.url);
  const text = readFileSync(url, 'utf8');
  const kind = text.trimStart().startsWith('<') ? 'xml' : /^\s*[{[]/.test(text) ? 'json' : 'lines';
  return { name: format.name, format, text, kind };
});
