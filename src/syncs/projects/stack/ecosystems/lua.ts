import type { Ecosystem } from '../ecosystem.ts';

export const lua: Ecosystem = {
  languages: ['Lua'],
  manifests: [
    {
      file: /^[\w.-]{1,100}\.rockspec$/,
      description: /\bsummary[ \t]?=[ \t]?"([^"\n]{1,1000})"/,
      license: /\blicense[ \t]?=[ \t]?"([^"\n]{1,100})"/,
      dependencies: /^[ \t]{1,8}"([a-z][\w-]{1,60})/gm,
      runtimes: { lua: /"lua[ \t]{1,4}([<>=~][^"\n]{1,40})"/ },
      packageManager: 'luarocks',
    },
  ],
  lockFiles: { 'luarocks.lock': 'luarocks' },
  frameworks: { lapis: 'Lapis' },
};
