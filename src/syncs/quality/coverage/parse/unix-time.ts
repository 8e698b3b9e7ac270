/** A report's stamp in seconds (gcovr, coverlet, PHPUnit) or milliseconds (coverage.py, Istanbul); null if it is neither. */
export function stampOf(stamp: string | number | undefined): number | null {
  const value = Number(stamp ?? 0);
  if (!(value > 0) || !Number.isFinite(value)) return null;
  return value > 1e11 ? value : value * 1000;
}
