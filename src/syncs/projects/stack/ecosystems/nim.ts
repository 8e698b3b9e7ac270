import type { Ecosystem } from '../ecosystem.ts';

export const nim: Ecosystem = {
  languages: ['Nim'],
  manifests: [
    {
      file: /^[\w.-]{1,100}\.nimble$/,
      description: /^description[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,1000})"/m,
      license: /^license[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,100})"/m,
      dependencies: /^requires[ \t(]{1,8}"(\w{1,100})/gm,
      runtimes: { nim: /^requires[ \t(]{1,8}"nim[ \t]{0,8}([^"\n]{1,40})"/m },
      packageManager: 'nimble',
    },
  ],
  lockFiles: { 'nimble.lock': 'nimble' },
  frameworks: { jester: 'Jester', prologue: 'Prologue' },
};
