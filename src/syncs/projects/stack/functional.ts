import { byPattern } from './by-pattern.ts';
import type { Ecosystem } from './ecosystem.ts';

const haskell: Ecosystem = {
  manifests: [
    {
      file: /^[\w.-]{1,100}\.cabal$/,
      read: byPattern({
        description: /^synopsis:[ \t]{0,40}(\S[^\n]{0,1000})/im,
        license: /^license:[ \t]{0,40}([\w.-]{1,100})/im,
        dependencies: /[\s,:]([a-z][a-z0-9-]{1,60})(?=[ \t]{0,8}[<>=^,\n])/g,
      }),
      packageManager: 'cabal',
    },
    {
      file: /^package\.yaml$/,
      read: byPattern({
        description: /^synopsis:[ \t]{1,40}["']?([^"'\s][^\n"]{0,1000})/m,
        license: /^license:[ \t]{1,40}([\w.-]{1,100})/m,
        dependencies: /^- ([a-z][a-z0-9-]{1,60})/gm,
      }),
      packageManager: 'stack',
    },
    { file: /^cabal\.project$/, read: byPattern({}), packageManager: 'cabal' },
    { file: /^stack\.yaml$/, read: byPattern({}), packageManager: 'stack' },
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

const scala: Ecosystem = {
  manifests: [
    {
      file: /^build\.sbt$/,
      read: byPattern({
        description: /\bdescription[ \t]{0,8}:=[ \t]{0,8}"([^"\n]{1,1000})"/,
        dependencies: /"([\w.-]{1,100})"[ \t]{0,8}%%?%?[ \t]{0,8}"/g,
        runtimes: { scala: /\bscalaVersion[ \t]{0,8}:=[ \t]{0,8}"([^"\n]{1,40})"/ },
      }),
      packageManager: 'sbt',
    },
    {
      file: /^build\.(sc|mill)$/,
      read: byPattern({ dependencies: /\b(?:ivy|mvn)"([\w.-]{1,100}):/g }),
      packageManager: 'mill',
    },
  ],
  lockFiles: {},
  frameworks: {
    'com.typesafe.akka': 'Akka',
    'com.typesafe.play': 'Play',
    'dev.zio': 'ZIO',
    'org.apache.pekko': 'Pekko',
    'org.apache.spark': 'Spark',
    'org.http4s': 'http4s',
    'org.playframework': 'Play',
    'org.typelevel': 'Typelevel',
  },
};

const clojure: Ecosystem = {
  manifests: [
    {
      file: /^project\.clj$/,
      read: byPattern({
        description: /:description[ \t\n]{1,40}"([^"\n]{1,1000})"/,
        license: /:license[ \t\n]{1,40}\{:name[ \t]{1,8}"([^"\n]{1,100})"/,
        dependencies: /\[([\w./-]{1,100})[ \t]{1,8}"/g,
        runtimes: { clojure: /\[org\.clojure\/clojure[ \t]{1,8}"([^"\n]{1,40})"/ },
      }),
      packageManager: 'leiningen',
    },
    {
      file: /^(deps|bb)\.edn$/,
      read: byPattern({
        dependencies: /([\w.-]{1,100}\/[\w.-]{1,100})[ \t\n]{1,20}\{:(?:mvn|git)\//g,
        runtimes: {
          clojure: /org\.clojure\/clojure[ \t\n]{1,20}\{:mvn\/version[ \t]{1,8}"([^"\n]{1,40})"/,
        },
      }),
      packageManager: 'clojure-cli',
    },
    { file: /^shadow-cljs\.edn$/, read: byPattern({}), packageManager: null },
  ],
  lockFiles: {},
  frameworks: {
    'metosin/reitit': 'Reitit',
    'reagent/reagent': 'Reagent',
    're-frame/re-frame': 're-frame',
    'ring/ring-core': 'Ring',
    reagent: 'Reagent',
    're-frame': 're-frame',
  },
};

const erlang: Ecosystem = {
  manifests: [
    {
      file: /^rebar\.config$/,
      read: byPattern({
        dependencies: /\{[ \t]{0,8}([a-z]\w{0,60})[ \t]{0,8},[ \t]{0,8}(?:"|\{)/g,
        runtimes: { erlang: /\{minimum_otp_vsn,[ \t]{0,8}"([^"\n]{1,40})"/ },
      }),
      packageManager: 'rebar3',
    },
    {
      file: /^gleam\.toml$/,
      read: byPattern({
        description: /^description[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,1000})"/m,
        license: /^licences[ \t]{0,8}=[ \t]{0,8}\["([^"\n]{1,100})"\]/m,
        dependencies: /^(\w{1,60})[ \t]{0,8}=[ \t]{0,8}"[<>=~]/gm,
        runtimes: { gleam: /^gleam[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,40})"/m },
      }),
      packageManager: 'gleam',
    },
  ],
  lockFiles: { 'rebar.lock': 'rebar3' },
  frameworks: { cowboy: 'Cowboy', lustre: 'Lustre', nova: 'Nova', wisp: 'Wisp' },
};

const ocaml: Ecosystem = {
  manifests: [
    {
      file: /^dune-project$/,
      read: byPattern({
        description: /\(synopsis[ \t\n]{1,20}"([^"\n]{1,1000})"\)/,
        license: /\(license[ \t]{1,8}"?([\w.-]{1,100})"?\)/,
        dependencies: /^[ \t]{1,20}\(?([a-z][\w-]{1,60})/gm,
        runtimes: { ocaml: /\(ocaml[ \t\n]{1,20}\(([^()\n]{1,40})\)\)/ },
      }),
      packageManager: 'opam',
    },
    {
      file: /^([\w.-]{1,100}\.)?opam$/,
      read: byPattern({
        description: /^synopsis:[ \t\n]{1,8}"([^"\n]{1,1000})"/m,
        license: /^license:[ \t]{1,8}"([^"\n]{1,100})"/m,
        dependencies: /^[ \t]{1,8}"([a-z][\w-]{1,60})"/gm,
      }),
      packageManager: 'opam',
    },
  ],
  lockFiles: {},
  frameworks: { dream: 'Dream', opium: 'Opium' },
};

const elm: Ecosystem = {
  manifests: [
    {
      file: /^elm\.json$/,
      read: byPattern({
        description: /"summary":[ \t]{0,8}"([^"\n]{1,1000})"/,
        license: /"license":[ \t]{0,8}"([^"\n]{1,100})"/,
        runtimes: { elm: /"elm-version":[ \t]{0,8}"([^"\n]{1,40})"/ },
      }),
      packageManager: 'elm',
    },
  ],
  lockFiles: {},
  frameworks: {},
};

/** Functional languages, beside Elixir. */
export const functional: readonly Ecosystem[] = [haskell, scala, clojure, erlang, ocaml, elm];
