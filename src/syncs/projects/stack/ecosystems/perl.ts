import type { Ecosystem } from '../ecosystem.ts';

export const perl: Ecosystem = {
  languages: ['Perl', 'Raku'],
  manifests: [
    {
      file: /^cpanfile$/,
      dependencies: /^[ \t]{0,8}requires[ \t(]{1,8}["']([\w:]{1,100})["']/gm,
      runtimes: {
        perl: /^[ \t]{0,8}requires[ \t(]{1,8}["']perl["'],[ \t]{0,8}["']?([\w.]{1,20})/m,
      },
      packageManager: 'cpan',
    },
    {
      file: /^(Makefile|Build)\.PL$/,
      description: /\bABSTRACT\b["']?[ \t]{0,20}=>[ \t]{0,20}["']([^"'\n]{1,1000})["']/,
      license: /\bLICENSE\b["']?[ \t]{0,20}=>[ \t]{0,20}["']([^"'\n]{1,100})["']/i,
      dependencies: /["']([A-Z]\w{1,60}(?:::\w{1,60}){0,6})["'][ \t]{0,20}=>/g,
      runtimes: { perl: /\bMIN_PERL_VERSION\b["']?[ \t]{0,20}=>[ \t]{0,20}["']?([\w.]{1,20})/ },
      packageManager: 'cpan',
    },
  ],
  lockFiles: { 'cpanfile.snapshot': 'carton' },
  frameworks: { Catalyst: 'Catalyst', Dancer2: 'Dancer2', Mojolicious: 'Mojolicious' },
};
