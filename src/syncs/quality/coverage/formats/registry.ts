import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { coveragePy } from './coverage-py.ts';
import { coveralls } from './coveralls.ts';
import { coverlet } from './coverlet.ts';
import type { CoverageFormat } from '../coverage-format.ts';
import { gcovr, gcovrSummary } from './gcovr.ts';
import { goProfile } from './go-profile.ts';
import { istanbulFinal, istanbulSummary } from './istanbul.ts';
import { jacoco } from './jacoco.ts';
import { lcov } from './lcov.ts';
import { llvmCov } from './llvm-cov.ts';
import { opencover } from './opencover.ts';
import { simplecovResults } from './simplecov-resultset.ts';
import { simplecov } from './simplecov.ts';
import { sonar } from './sonarqube.ts';
import { tarpaulin } from './tarpaulin.ts';

/**
 * The formats that we read. Where one run left several in a folder, the first of them here is used:
 * the nearer to the tool's own numbers, the earlier. A new format is a file and a line here.
 */
export const coverageFormats: readonly CoverageFormat[] = [
  llvmCov,
  istanbulSummary,
  istanbulFinal,
  coveragePy,
  simplecov,
  simplecovResults,
  gcovr,
  gcovrSummary,
  tarpaulin,
  coverlet,
  lcov,
  cobertura,
  jacoco,
  opencover,
  clover,
  sonar,
  coveralls,
  goProfile,
];
