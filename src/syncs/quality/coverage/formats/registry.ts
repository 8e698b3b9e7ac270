import type { CoverageFormat } from '../coverage-format.ts';
import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { coveragePy } from './coverage-py.ts';
import { coveralls } from './coveralls.ts';
import { coverlet } from './coverlet.ts';
import { gcovr, gcovrSummary } from './gcovr.ts';
import { goProfile } from './go-profile.ts';
import { istanbulFinal, istanbulSummary } from './istanbul.ts';
import { jacoco } from './jacoco.ts';
import { lcov } from './lcov.ts';
import { llvmCov } from './llvm-cov.ts';
import { opencover } from './opencover.ts';
import { simplecovResultset } from './simplecov-resultset.ts';
import { simplecov } from './simplecov.ts';
import { sonarqube } from './sonarqube.ts';
import { tarpaulin } from './tarpaulin.ts';

/**
 * The supported formats, those closest to the numbers of their tools first. If one run wrote several formats
 * into a directory, the first of them is used. To add a format, add a file and a line here.
 */
export const coverageFormats = [
  llvmCov,
  istanbulSummary,
  istanbulFinal,
  coveragePy,
  simplecov,
  simplecovResultset,
  gcovr,
  gcovrSummary,
  tarpaulin,
  coverlet,
  lcov,
  cobertura,
  jacoco,
  opencover,
  clover,
  sonarqube,
  coveralls,
  goProfile,
] as const satisfies readonly CoverageFormat[];

export type CoverageFormatName = (typeof coverageFormats)[number]['name'];
