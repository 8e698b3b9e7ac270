import type { Ecosystem } from '../ecosystem.ts';

export const nix: Ecosystem = {
  languages: ['Nix'],
  manifests: [
    {
      file: /^flake\.nix$/,
      description: /^[ \t]{0,8}description[ \t]?=[ \t]?"([^"\n]{1,1000})"/m,
      implies: 'nix',
      packageManager: 'nix',
    },
  ],
  lockFiles: { 'flake.lock': 'nix' },
  frameworks: { nix: 'Nix' },
};
