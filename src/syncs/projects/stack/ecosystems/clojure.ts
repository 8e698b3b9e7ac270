import type { Ecosystem } from '../ecosystem.ts';

export const clojure: Ecosystem = {
  languages: ['Clojure'],
  manifests: [
    {
      file: /^project\.clj$/,
      description: /:description[ \t\n]{1,40}"([^"\n]{1,1000})"/,
      license: /:license[ \t\n]{1,40}\{:name[ \t]{1,8}"([^"\n]{1,100})"/,
      dependencies: /\[([\w./-]{1,100})[ \t]{1,8}"/g,
      runtimes: { clojure: /\[org\.clojure\/clojure[ \t]{1,8}"([^"\n]{1,40})"/ },
      packageManager: 'leiningen',
    },
    {
      file: /^(deps|bb)\.edn$/,
      dependencies: /([\w.-]{1,100}\/[\w.-]{1,100})[ \t\n]{1,20}\{:(?:mvn|git)\//g,
      runtimes: {
        clojure: /org\.clojure\/clojure[ \t\n]{1,20}\{:mvn\/version[ \t]{1,8}"([^"\n]{1,40})"/,
      },
      packageManager: 'clojure-cli',
    },
    { file: /^shadow-cljs\.edn$/ },
  ],
  frameworks: {
    'metosin/reitit': 'Reitit',
    'reagent/reagent': 'Reagent',
    're-frame/re-frame': 're-frame',
    'ring/ring-core': 'Ring',
    reagent: 'Reagent',
    're-frame': 're-frame',
  },
};
