import type { Ecosystem } from '../ecosystem.ts';

export const containers: Ecosystem = {
  languages: [],
  manifests: [
    {
      file: /^(Dockerfile|Containerfile)$/,
      implies: 'docker',
    },
    {
      file: /^(docker-)?compose\.ya?ml$/,
      implies: 'compose',
    },
    {
      file: /^Chart\.yaml$/,
      description: /^description:[ \t]{1,8}["']?([^"'>|\s][^\n"]{0,1000})/m,
      implies: 'helm',
      packageManager: 'helm',
    },
  ],
  frameworks: { compose: 'Docker Compose', docker: 'Docker', helm: 'Helm' },
};
