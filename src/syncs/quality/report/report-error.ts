/** A report that cannot be parsed. The message contains the reason and, if known, the position. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
