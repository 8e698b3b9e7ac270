import type { Ecosystem } from '../ecosystem.ts';

export const elixir: Ecosystem = {
  languages: ['Elixir'],
  manifests: [
    {
      file: /^mix\.exs$/,
      description: /\bdescription:[ \t]{0,20}"([^"\n]{1,1000})"/,
      license: /\blicenses:[ \t]{0,20}\["([^"\n]{1,100})"\]/,
      dependencies: /\{[ \t]{0,20}:(\w{1,100}),/g,
      runtimes: { elixir: /\belixir:[ \t]{0,8}"([^"\n]{1,40})"/ },
      packageManager: 'mix',
    },
  ],
  lockFiles: { 'mix.lock': 'mix' },
  frameworks: {
    ash: 'Ash',
    nerves: 'Nerves',
    phoenix: 'Phoenix',
    phoenix_live_view: 'Phoenix LiveView',
  },
};
