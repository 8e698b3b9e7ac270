import type { Ecosystem } from '../ecosystem.ts';

export const haskell: Ecosystem = {
  languages: ['Haskell'],
  manifests: [
    {
      file: /^[\w.-]{1,100}\.cabal$/,
      description: /^synopsis:[ \t]{0,40}(\S[^\n]{0,1000})/im,
      license: /^license:[ \t]{0,40}([\w.-]{1,100})/im,
      dependencies: /[\s,:]([a-z][a-z0-9-]{1,60})(?=[ \t]{0,8}[<>=^,\n])/g,
      packageManager: 'cabal',
    },
    {
      file: /^package\.yaml$/,
      description: /^synopsis:[ \t]{1,40}["']?([^"'\s][^\n"]{0,1000})/m,
      license: /^license:[ \t]{1,40}([\w.-]{1,100})/m,
      dependencies: /^- ([a-z][a-z0-9-]{1,60})/gm,
      packageManager: 'stack',
    },
    { file: /^cabal\.project$/, packageManager: 'cabal' },
    { file: /^stack\.yaml$/, packageManager: 'stack' },
  ],
  lockFiles: { 'stack.yaml.lock': 'stack', 'cabal.project.freeze': 'cabal' },
  frameworks: {
    hakyll: 'Hakyll',
    scotty: 'Scotty',
    servant: 'Servant',
    'servant-server': 'Servant',
    yesod: 'Yesod',
  },
};
