import type { CoverageFormat } from '../coverage-format.ts';
import { apex } from './json/apex.ts';
import { clover } from './xml/clover.ts';
import { cobertura } from './xml/cobertura.ts';
import { codecov } from './json/codecov.ts';
import { covdir } from './json/covdir.ts';
import { coveragePy } from './json/coverage-py.ts';
import { coveralls } from './json/coveralls.ts';
import { coverlet } from './json/coverlet.ts';
import { develCover } from './json/devel-cover.ts';
import { dotCover, dotCoverJson } from './xml/dotcover.ts';
import { gcovText } from './text/gcov-text.ts';
import { gcovr, gcovrSummary } from './json/gcovr.ts';
import { goProfile } from './text/go-profile.ts';
import { istanbulFinal, istanbulSummary } from './json/istanbul.ts';
import { jacocoCsv } from './text/jacoco-csv.ts';
import { jacoco } from './xml/jacoco.ts';
import { kcov } from './json/kcov.ts';
import { lcov } from './text/lcov.ts';
import { llvmCov } from './json/llvm-cov.ts';
import { luacov } from './text/luacov.ts';
import { ncover } from './xml/ncover.ts';
import { opencover } from './xml/opencover.ts';
import { scoverage } from './xml/scoverage.ts';
import { simplecovResultset } from './json/simplecov-resultset.ts';
import { simplecov } from './json/simplecov.ts';
import { sonarqube } from './xml/sonarqube.ts';
import { tarpaulin } from './json/tarpaulin.ts';
import { visualStudio, visualStudioData } from './xml/visual-studio.ts';
import { xccov, xccovLines } from './json/xccov.ts';

/**
 * The supported formats, those closest to the numbers of their tools first. If one run wrote several formats, the
 * first of them counts. To add a format, add a file and a line here.
 */
export const coverageFormats = [
  llvmCov,
  xccov,
  xccovLines,
  istanbulSummary,
  istanbulFinal,
  coveragePy,
  simplecov,
  simplecovResultset,
  gcovr,
  gcovrSummary,
  tarpaulin,
  kcov,
  covdir,
  apex,
  develCover,
  visualStudio,
  visualStudioData,
  coverlet,
  scoverage,
  lcov,
  cobertura,
  jacoco,
  opencover,
  dotCover,
  ncover,
  clover,
  goProfile,
  gcovText,
  luacov,
  sonarqube,
  coveralls,
  codecov,
  jacocoCsv,
  dotCoverJson,
] as const satisfies readonly CoverageFormat[];

export type CoverageFormatName = (typeof coverageFormats)[number]['name'];
