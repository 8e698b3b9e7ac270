import type { Ecosystem } from '../ecosystem.ts';

export const terraform: Ecosystem = {
  languages: ['HCL'],
  manifests: [
    {
      file: /^(main|versions|terraform|providers)\.(tf|tofu)$/,
      implies: 'terraform',
      runtimes: { terraform: /\brequired_version[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,40})"/ },
    },
  ],
  frameworks: { terraform: 'Terraform' },
};
