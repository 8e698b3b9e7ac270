/**
 * Returns the output of a response with its reasoning. Depending on the provider, reasoning is inside the output
 * that is reported or beside it; the total contains it once. Without a total the reported output is a lower bound.
 */
export const outputOf = ({
  prompt,
  output,
  total,
}: Readonly<Record<'prompt' | 'output' | 'total', number>>): number =>
  // An invalid output makes the record invalid.
  total === 0 || Number.isNaN(output) ? output : total - prompt;
