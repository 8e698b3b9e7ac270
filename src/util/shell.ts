/** Returns a path as one word of a POSIX shell, for commands that a user may paste. */
export const shellQuote = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
