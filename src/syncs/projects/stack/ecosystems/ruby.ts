import type { Ecosystem } from '../ecosystem.ts';

export const ruby: Ecosystem = {
  languages: ['Ruby'],
  manifests: [
    {
      file: /^[\w.-]+\.gemspec$/,
      description: /\.summary[ \t]{0,20}=[ \t]{0,20}(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})')/,
      license: /\.licenses?[ \t]{0,20}=[ \t[]{0,20}["']([^"'\n]{1,100})["']\]?[ \t]{0,20}$/m,
      dependencies: /\.add(?:_runtime|_development)?_dependency[ (]{1,20}["']([\w.-]{1,100})["']/g,
      runtimes: {
        ruby: /\.required_ruby_version[ \t]{0,20}=[^"'\n]{0,40}["']([^"'\n]{1,40})["']/,
      },
      packageManager: 'bundler',
    },
    {
      file: /^Gemfile$/,
      dependencies: /^[ \t]*gem[ (]+["']([\w.-]{1,100})["']/gm,
      runtimes: { ruby: /^[ \t]{0,8}ruby[ (]{1,4}["']([^"'\n]{1,40})["']/m },
      packageManager: 'bundler',
    },
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
