import type { Ecosystem } from '../ecosystem.ts';

export const crystal: Ecosystem = {
  languages: ['Crystal'],
  manifests: [
    {
      file: /^shard\.yml$/,
      description: /^description:[ \t]{1,8}["']?([^"'>|\s][^\n"]{0,1000})/m,
      license: /^license:[ \t]{1,8}([^\s#]{1,100})/m,
      dependencies: /^ {2}([\w-]{1,100}):/gm,
      runtimes: { crystal: /^crystal:[ \t]{1,8}["']?([^"'\n]{1,40})/m },
      packageManager: 'shards',
    },
  ],
  lockFiles: { 'shard.lock': 'shards' },
  frameworks: { amber: 'Amber', kemal: 'Kemal', lucky: 'Lucky' },
};
