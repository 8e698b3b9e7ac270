import { byPattern } from './by-pattern.ts';
import type { Ecosystem } from './ecosystem.ts';

const terraform: Ecosystem = {
  manifests: [
    {
      file: /^(main|versions|terraform|providers)\.(tf|tofu)$/,
      read: byPattern({
        implies: 'terraform',
        runtimes: { terraform: /\brequired_version[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,40})"/ },
      }),
      packageManager: null,
    },
  ],
  lockFiles: {},
  frameworks: { terraform: 'Terraform' },
};

const nix: Ecosystem = {
  manifests: [
    {
      file: /^flake\.nix$/,
      read: byPattern({
        description: /^[ \t]{0,8}description[ \t]?=[ \t]?"([^"\n]{1,1000})"/m,
        implies: 'nix',
      }),
      packageManager: 'nix',
    },
  ],
  lockFiles: { 'flake.lock': 'nix' },
  frameworks: { nix: 'Nix' },
};

const containers: Ecosystem = {
  manifests: [
    {
      file: /^(Dockerfile|Containerfile)$/,
      read: byPattern({ implies: 'docker' }),
      packageManager: null,
    },
    {
      file: /^(docker-)?compose\.ya?ml$/,
      read: byPattern({ implies: 'compose' }),
      packageManager: null,
    },
    {
      file: /^Chart\.yaml$/,
      read: byPattern({
        description: /^description:[ \t]{1,8}["']?([^"'>|\s][^\n"]{0,1000})/m,
        implies: 'helm',
      }),
      packageManager: 'helm',
    },
  ],
  lockFiles: {},
  frameworks: { compose: 'Docker Compose', docker: 'Docker', helm: 'Helm' },
};

/** What a project runs on, rather than what it is written in: it speaks last. */
export const infrastructure: readonly Ecosystem[] = [terraform, nix, containers];
