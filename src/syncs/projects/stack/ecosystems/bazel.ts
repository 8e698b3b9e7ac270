import type { Ecosystem } from '../ecosystem.ts';

export const bazel: Ecosystem = {
  // The languages that usually have no package manager besides.
  languages: ['Starlark', 'C++', 'C', 'Objective-C', 'Java'],
  manifests: [
    {
      file: /^(MODULE\.bazel|WORKSPACE(\.bazel)?)$/,
      dependencies: /^bazel_dep\(\s{0,20}name\s{0,8}=\s{0,8}"([\w.-]{1,100})"/gm,
      implies: 'bazel',
      packageManager: 'bazel',
    },
  ],
  lockFiles: { 'MODULE.bazel.lock': 'bazel' },
  frameworks: { bazel: 'Bazel' },
};
