import type { Ecosystem } from '../ecosystem.ts';
import { patternReader } from '../pattern-reader.ts';

/** Reads single `key: value` lines: a folded description stays unknown. */
const readPubspec = patternReader({
  description: /^description:[ \t]+["']?([^"'>|\s][^\n"]{0,1000})/m,
  dependencies: /^ {2}([a-z_]\w{0,100}):/gm,
  runtimes: { dart: /^ {2}sdk:[ \t]{1,8}["']?([\^<>=\d][^"'\n]{0,40})/m },
});

export const dart: Ecosystem = {
  manifests: [{ file: /^pubspec\.yaml$/, read: readPubspec, packageManager: 'pub' }],
  lockFiles: { 'pubspec.lock': 'pub' },
  frameworks: {
    dart_frog: 'Dart Frog',
    flame: 'Flame',
    flutter: 'Flutter',
    jaspr: 'Jaspr',
    serverpod: 'Serverpod',
  },
};
