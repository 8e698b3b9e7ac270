import type { Ecosystem } from '../ecosystem.ts';

export const elm: Ecosystem = {
  languages: ['Elm'],
  manifests: [
    {
      file: /^elm\.json$/,
      description: /"summary":[ \t]{0,8}"([^"\n]{1,1000})"/,
      license: /"license":[ \t]{0,8}"([^"\n]{1,100})"/,
      runtimes: { elm: /"elm-version":[ \t]{0,8}"([^"\n]{1,40})"/ },
      packageManager: 'elm',
    },
  ],
};
