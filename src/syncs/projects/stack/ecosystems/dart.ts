import type { Ecosystem } from '../ecosystem.ts';

export const dart: Ecosystem = {
  languages: ['Dart'],
  manifests: [
    {
      file: /^pubspec\.yaml$/,
      // Reads single `key: value` lines: a folded description stays unknown.
      description: /^description:[ \t]+["']?([^"'>|\s][^\n"]{0,1000})/m,
      dependencies: /^ {2}([a-z_]\w{0,100}):/gm,
      runtimes: { dart: /^ {2}sdk:[ \t]{1,8}["']?([\^<>=\d][^"'\n]{0,40})/m },
      packageManager: 'pub',
    },
  ],
  lockFiles: { 'pubspec.lock': 'pub' },
  frameworks: {
    dart_frog: 'Dart Frog',
    flame: 'Flame',
    flutter: 'Flutter',
    jaspr: 'Jaspr',
    serverpod: 'Serverpod',
  },
};
