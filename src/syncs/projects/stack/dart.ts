import { firstMatch, matches } from './text.ts';
import { manifestFacts, type Ecosystem, type ManifestFacts } from './ecosystem.ts';

/** Plain `key: value` lines of pubspec.yaml; a folded description stays unknown. */
const readPubspec = (text: string): ManifestFacts =>
  manifestFacts({
    description: firstMatch(text, /^description:[ \t]+["']?([^"'>|\s][^\n"]{0,1000})/m),
    runtimes: sdkOf(text),
    dependencies: matches(text, /^ {2}([a-z_]\w{0,100}):/gm),
  });

function sdkOf(text: string): Record<string, string> {
  const dart = firstMatch(text, /^ {2}sdk:[ \t]{1,8}["']?([\^<>=\d][^"'\n]{0,40})/m);
  return dart === null ? {} : { dart };
}

export const dart: Ecosystem = {
  manifests: [{ file: /^pubspec\.yaml$/, read: readPubspec, packageManager: 'pub' }],
  lockFiles: { 'pubspec.lock': 'pub' },
  frameworks: {
    dart_frog: 'Dart Frog',
    flame: 'Flame',
    flutter: 'Flutter',
    jaspr: 'Jaspr',
    serverpod: 'Serverpod',
  },
};
