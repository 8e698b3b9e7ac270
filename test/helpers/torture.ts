/** Returns the number of random cases or the size of an input: that of `npm run torture`, or that of the suite. */
export const sizeFor = (sizes: { readonly suite: number; readonly torture: number }): number =>
  process.env['TORTURE'] === 'full' ? sizes.torture : sizes.suite;
