import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import type { CoverageFormat } from './format.ts';
import { goProfile } from './go-profile.ts';
import { istanbulFinal, istanbulSummary } from './istanbul.ts';
import { jacoco } from './jacoco.ts';
import { lcov } from './lcov.ts';
import { opencover } from './opencover.ts';
import { sonar } from './sonar.ts';

/**
 * The formats that we read. Where one run left several in a folder, the first of them here is used:
 * the nearer to the tool's own numbers, the earlier. A new format is a file and a line here.
 */
export const coverageFormats: readonly CoverageFormat[] = [
  istanbulSummary,
  istanbulFinal,
  lcov,
  cobertura,
  jacoco,
  opencover,
  clover,
  sonar,
  goProfile,
];
