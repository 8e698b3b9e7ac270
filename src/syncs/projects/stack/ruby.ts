import { firstMatch, matches } from './text.ts';
import { manifestFacts, type Ecosystem, type ManifestFacts } from './ecosystem.ts';

// Both are programs: what they say plainly is read, the rest stays unknown.
const readGemfile = (text: string): ManifestFacts =>
  manifestFacts({
    runtimes: rubyOf(text, /^[ \t]{0,8}ruby[ (]{1,4}["']([^"'\n]{1,40})["']/m),
    dependencies: matches(text, /^[ \t]*gem[ (]+["']([\w.-]{1,100})["']/gm),
  });

const readGemspec = (text: string): ManifestFacts =>
  manifestFacts({
    description:
      firstMatch(text, /\.summary[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,1000})"/) ??
      firstMatch(text, /\.summary[ \t]{0,20}=[ \t]{0,20}'([^'\n]{1,1000})'/),
    runtimes: rubyOf(
      text,
      /\.required_ruby_version[ \t]{0,20}=[^"'\n]{0,40}["']([^"'\n]{1,40})["']/,
    ),
    license: firstMatch(
      text,
      /\.licenses?[ \t]{0,20}=[ \t[]{0,20}["']([^"'\n]{1,100})["']\]?[ \t]{0,20}$/m,
    ),
    dependencies: matches(
      text,
      /\.add(?:_runtime|_development)?_dependency[ (]{1,20}["']([\w.-]{1,100})["']/g,
    ),
  });

function rubyOf(text: string, pattern: RegExp): Record<string, string> {
  const ruby = firstMatch(text, pattern);
  return ruby === null ? {} : { ruby };
}

export const ruby: Ecosystem = {
  manifests: [
    { file: /^[\w.-]+\.gemspec$/, read: readGemspec, packageManager: 'bundler' },
    { file: /^Gemfile$/, read: readGemfile, packageManager: 'bundler' },
  ],
  lockFiles: { 'Gemfile.lock': 'bundler' },
  frameworks: {
    grape: 'Grape',
    hanami: 'Hanami',
    jekyll: 'Jekyll',
    rails: 'Ruby on Rails',
    roda: 'Roda',
    sinatra: 'Sinatra',
  },
};
