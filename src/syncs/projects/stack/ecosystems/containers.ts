import { patternReader } from '../pattern-reader.ts';
import type { Ecosystem } from '../ecosystem.ts';

export const containers: Ecosystem = {
  manifests: [
    {
      file: /^(Dockerfile|Containerfile)$/,
      read: patternReader({ implies: 'docker' }),
      packageManager: null,
    },
    {
      file: /^(docker-)?compose\.ya?ml$/,
      read: patternReader({ implies: 'compose' }),
      packageManager: null,
    },
    {
      file: /^Chart\.yaml$/,
      read: patternReader({
        description: /^description:[ \t]{1,8}["']?([^"'>|\s][^\n"]{0,1000})/m,
        implies: 'helm',
      }),
      packageManager: 'helm',
    },
  ],
  lockFiles: {},
  frameworks: { compose: 'Docker Compose', docker: 'Docker', helm: 'Helm' },
};
