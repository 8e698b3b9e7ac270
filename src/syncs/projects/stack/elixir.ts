import { firstMatch, matches } from './text.ts';
import { manifestFacts, type Ecosystem, type ManifestFacts } from './ecosystem.ts';

/** A mix file is a program: what it says plainly is read, the rest stays unknown. */
const readMix = (text: string): ManifestFacts =>
  manifestFacts({
    runtimes: runtimesOf(text),
    description: firstMatch(text, /\bdescription:[ \t]{0,20}"([^"\n]{1,1000})"/),
    license: firstMatch(text, /\blicenses:[ \t]{0,20}\["([^"\n]{1,100})"\]/),
    dependencies: matches(text, /\{[ \t]{0,20}:(\w{1,100}),/g),
  });

function runtimesOf(text: string): Record<string, string> {
  const elixir = firstMatch(text, /\belixir:[ \t]{0,8}"([^"\n]{1,40})"/);
  return elixir === null ? {} : { elixir };
}

export const elixir: Ecosystem = {
  manifests: [{ file: /^mix\.exs$/, read: readMix, packageManager: 'mix' }],
  lockFiles: { 'mix.lock': 'mix' },
  frameworks: {
    ash: 'Ash',
    nerves: 'Nerves',
    phoenix: 'Phoenix',
    phoenix_live_view: 'Phoenix LiveView',
  },
};
