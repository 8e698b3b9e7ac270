import { byPattern } from './by-pattern.ts';
import type { Ecosystem } from './ecosystem.ts';

/** The format: r-pkgs.org/description.html */
const r: Ecosystem = {
  manifests: [
    {
      file: /^DESCRIPTION$/,
      read: byPattern({
        description: /^Title:[ \t]{1,8}(\S[^\n]{0,1000})/m,
        license: /^License:[ \t]{1,8}([\w.-]{1,100})/m,
        dependencies: /^[ \t]{1,8}([A-Za-z][\w.]{1,60})[ \t]{0,8}(?:\([^()\n]{1,40}\))?,?$/gm,
        runtimes: { r: /\bR[ \t]{0,8}\(([<>=]{1,2}[ \t]{0,4}[\d.]{1,20})\)/ },
      }),
      packageManager: null,
    },
  ],
  lockFiles: { 'renv.lock': 'renv', 'packrat.lock': 'packrat' },
  frameworks: { plumber: 'Plumber', shiny: 'Shiny' },
};

/** The format: pkgdocs.julialang.org/v1/toml-files */
const julia: Ecosystem = {
  manifests: [
    {
      file: /^(Julia)?Project\.toml$/,
      read: byPattern({
        dependencies: /^([A-Z]\w{1,60})[ \t]{0,8}=[ \t]{0,8}"[0-9a-f]{8}-/gm,
        runtimes: { julia: /^julia[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,40})"/m },
      }),
      packageManager: 'pkg',
    },
  ],
  lockFiles: { 'Manifest.toml': 'pkg' },
  frameworks: { Flux: 'Flux', Genie: 'Genie', Pluto: 'Pluto' },
};

const lua: Ecosystem = {
  manifests: [
    {
      file: /^[\w.-]{1,100}\.rockspec$/,
      read: byPattern({
        description: /\bsummary[ \t]?=[ \t]?"([^"\n]{1,1000})"/,
        license: /\blicense[ \t]?=[ \t]?"([^"\n]{1,100})"/,
        dependencies: /^[ \t]{1,8}"([a-z][\w-]{1,60})/gm,
        runtimes: { lua: /"lua[ \t]{1,4}([<>=~][^"\n]{1,40})"/ },
      }),
      packageManager: 'luarocks',
    },
  ],
  lockFiles: { 'luarocks.lock': 'luarocks' },
  frameworks: { lapis: 'Lapis' },
};

const perl: Ecosystem = {
  manifests: [
    {
      file: /^cpanfile$/,
      read: byPattern({
        dependencies: /^[ \t]{0,8}requires[ \t(]{1,8}["']([\w:]{1,100})["']/gm,
        runtimes: {
          perl: /^[ \t]{0,8}requires[ \t(]{1,8}["']perl["'],[ \t]{0,8}["']?([\w.]{1,20})/m,
        },
      }),
      packageManager: 'cpan',
    },
    {
      file: /^(Makefile|Build)\.PL$/,
      read: byPattern({
        description: /\bABSTRACT\b["']?[ \t]{0,20}=>[ \t]{0,20}["']([^"'\n]{1,1000})["']/,
        license: /\bLICENSE\b["']?[ \t]{0,20}=>[ \t]{0,20}["']([^"'\n]{1,100})["']/i,
        dependencies: /["']([A-Z]\w{1,60}(?:::\w{1,60}){0,6})["'][ \t]{0,20}=>/g,
        runtimes: { perl: /\bMIN_PERL_VERSION\b["']?[ \t]{0,20}=>[ \t]{0,20}["']?([\w.]{1,20})/ },
      }),
      packageManager: 'cpan',
    },
  ],
  lockFiles: { 'cpanfile.snapshot': 'carton' },
  frameworks: { Catalyst: 'Catalyst', Dancer2: 'Dancer2', Mojolicious: 'Mojolicious' },
};

/** Scripting languages, beside those that have a file of their own. */
export const scripting: readonly Ecosystem[] = [r, julia, lua, perl];
