import type { Ecosystem } from '../ecosystem.ts';

/** The format: r-pkgs.org/description.html */
export const r: Ecosystem = {
  languages: ['R'],
  manifests: [
    {
      file: /^DESCRIPTION$/,
      description: /^Title:[ \t]{1,8}(\S[^\n]{0,1000})/m,
      license: /^License:[ \t]{1,8}([\w.-]{1,100})/m,
      dependencies: /^[ \t]{1,8}([A-Za-z][\w.]{1,60})[ \t]{0,8}(?:\([^()\n]{1,40}\))?,?$/gm,
      runtimes: { r: /\bR[ \t]{0,8}\(([<>=]{1,2}[ \t]{0,4}[\d.]{1,20})\)/ },
    },
  ],
  lockFiles: { 'renv.lock': 'renv', 'packrat.lock': 'packrat' },
  frameworks: { plumber: 'Plumber', shiny: 'Shiny' },
};
