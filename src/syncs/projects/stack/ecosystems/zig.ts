import type { Ecosystem } from '../ecosystem.ts';

export const zig: Ecosystem = {
  languages: ['Zig'],
  manifests: [
    {
      file: /^build\.zig\.zon$/,
      runtimes: { zig: /\.minimum_zig_version[ \t]?=[ \t]?"([^"\n]{1,40})"/ },
      packageManager: 'zig',
    },
    { file: /^build\.zig$/, packageManager: 'zig' },
  ],
};
