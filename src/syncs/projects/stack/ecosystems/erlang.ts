import type { Ecosystem } from '../ecosystem.ts';

export const erlang: Ecosystem = {
  languages: ['Erlang', 'Gleam'],
  manifests: [
    {
      file: /^rebar\.config$/,
      dependencies: /\{[ \t]{0,8}([a-z]\w{0,60})[ \t]{0,8},[ \t]{0,8}(?:"|\{)/g,
      runtimes: { erlang: /\{minimum_otp_vsn,[ \t]{0,8}"([^"\n]{1,40})"/ },
      packageManager: 'rebar3',
    },
    {
      file: /^gleam\.toml$/,
      description: /^description[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,1000})"/m,
      license: /^licences[ \t]{0,8}=[ \t]{0,8}\["([^"\n]{1,100})"\]/m,
      dependencies: /^(\w{1,60})[ \t]{0,8}=[ \t]{0,8}"[<>=~]/gm,
      runtimes: { gleam: /^gleam[ \t]{0,8}=[ \t]{0,8}"([^"\n]{1,40})"/m },
      packageManager: 'gleam',
    },
  ],
  lockFiles: { 'rebar.lock': 'rebar3' },
  frameworks: { cowboy: 'Cowboy', lustre: 'Lustre', nova: 'Nova', wisp: 'Wisp' },
};
