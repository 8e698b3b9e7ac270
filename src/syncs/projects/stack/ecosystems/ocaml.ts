import type { Ecosystem } from '../ecosystem.ts';

export const ocaml: Ecosystem = {
  languages: ['OCaml', 'Reason'],
  manifests: [
    {
      file: /^dune-project$/,
      description: /\(synopsis[ \t\n]{1,20}"([^"\n]{1,1000})"\)/,
      license: /\(license[ \t]{1,8}"?([\w.-]{1,100})"?\)/,
      dependencies: /^[ \t]{1,20}\(?([a-z][\w-]{1,60})/gm,
      runtimes: { ocaml: /\(ocaml[ \t\n]{1,20}\(([^()\n]{1,40})\)\)/ },
      packageManager: 'opam',
    },
    {
      file: /^([\w.-]{1,100}\.)?opam$/,
      description: /^synopsis:[ \t\n]{1,8}"([^"\n]{1,1000})"/m,
      license: /^license:[ \t]{1,8}"([^"\n]{1,100})"/m,
      dependencies: /^[ \t]{1,8}"([a-z][\w-]{1,60})"/gm,
      packageManager: 'opam',
    },
  ],
  frameworks: { dream: 'Dream', opium: 'Opium' },
};
