import type { Ecosystem } from '../ecosystem.ts';
import { patternReader } from '../pattern-reader.ts';

const readGemfile = patternReader({
  dependencies: /^[ \t]*gem[ (]+["']([\w.-]{1,100})["']/gm,
  runtimes: { ruby: /^[ \t]{0,8}ruby[ (]{1,4}["']([^"'\n]{1,40})["']/m },
});

const readGemspec = patternReader({
  description: /\.summary[ \t]{0,20}=[ \t]{0,20}(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})')/,
  license: /\.licenses?[ \t]{0,20}=[ \t[]{0,20}["']([^"'\n]{1,100})["']\]?[ \t]{0,20}$/m,
  dependencies: /\.add(?:_runtime|_development)?_dependency[ (]{1,20}["']([\w.-]{1,100})["']/g,
  runtimes: {
    ruby: /\.required_ruby_version[ \t]{0,20}=[^"'\n]{0,40}["']([^"'\n]{1,40})["']/,
  },
});

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
