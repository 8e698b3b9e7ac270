import type { CoverageFormat } from '../coverage-format.ts';
import { apex } from './apex.ts';
import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { codecov } from './codecov.ts';
import { covdir } from './covdir.ts';
import { coveragePy } from './coverage-py.ts';
import { coveralls } from './coveralls.ts';
import { coverlet } from './coverlet.ts';
import { develCover } from './devel-cover.ts';
import { dotCover, dotCoverJson } from './dotcover.ts';
import { gcovText } from './gcov-text.ts';
import { gcovr, gcovrSummary } from './gcovr.ts';
import { goProfile } from './go-profile.ts';
import { istanbulFinal, istanbulSummary } from './istanbul.ts';
import { jacocoCsv } from './jacoco-csv.ts';
import { jacoco } from './jacoco.ts';
import { kcov } from './kcov.ts';
import { lcov } from './lcov.ts';
import { llvmCov } from './llvm-cov.ts';
import { luacov } from './luacov.ts';
import { ncover } from './ncover.ts';
import { opencover } from './opencover.ts';
import { scoverage } from './scoverage.ts';
import { simplecovResultset } from './simplecov-resultset.ts';
import { simplecov } from './simplecov.ts';
import { sonarqube } from './sonarqube.ts';
import { tarpaulin } from './tarpaulin.ts';
import { visualStudio, visualStudioData } from './visual-studio.ts';
import { xccov, xccovLines } from './xccov.ts';

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
