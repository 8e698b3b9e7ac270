import { cobertura } from './cobertura.ts';
import type { CoverageFormat } from './format.ts';
import { istanbulFinal, istanbulSummary } from './istanbul.ts';
import { lcov } from './lcov.ts';

/**
 * The formats that we read. Where one run left several in a folder, the first of them here is used:
 * the nearer to the tool's own numbers, the earlier. A new format is a file and a line here.
 */
export const coverageFormats: readonly CoverageFormat[] = [
  istanbulSummary,
  istanbulFinal,
  lcov,
  cobertura,
];
