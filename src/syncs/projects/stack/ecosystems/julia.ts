import type { Ecosystem } from '../ecosystem.ts';

/** The format: pkgdocs.julialang.org/v1/toml-files */
export const julia: Ecosystem = {
  languages: ['Julia'],
  manifests: [
    {
      file: /^(Julia)?Project\.toml$/,
      dependencies: /^([A-Z]\w{1,60})[ \t]{0,8}=[ \t]{0,8}"[0-9a-f]{8}-/gm,
      runtimes: { julia: /^julia[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,40})"/m },
      packageManager: 'pkg',
    },
  ],
  lockFiles: { 'Manifest.toml': 'pkg' },
  frameworks: { Flux: 'Flux', Genie: 'Genie', Pluto: 'Pluto' },
};
