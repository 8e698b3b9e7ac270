import * as z from 'zod/mini';
import { documented } from './documented.ts';

/** `projects` in the configuration. */
export const projectsOptions = documented(
  'Where projects are searched for.',
  z.strictObject({
    roots: documented(
      'Directories in which projects are searched for: absolute, relative to the workspace, or starting with `~`. `..` is the workspace itself if that is directly below `/`.',
      z._default(z.array(z.string().check(z.minLength(1))), ['..']),
    ),
    maxDepth: documented(
      'How many directory levels below a root are searched.',
      z._default(z.int().check(z.minimum(1), z.maximum(32)), 4),
    ),
    exclude: documented(
      'Globs, relative to a root, of directories that are not searched.',
      z._default(z.array(z.string()), []),
    ),
    include: documented(
      'Globs, relative to a root. If there are any, only projects that match one are included.',
      z._default(z.array(z.string()), []),
    ),
    includeNested: documented(
      'Whether a project inside another one (a package of a monorepo, a submodule) is a project of its own.',
      z._default(z.boolean(), false),
    ),
    trustedOwners: documented(
      'Numeric ids of other users whose repositories are read, for example in a container. The repositories of the own user always are.',
      z._default(z.array(z.int().check(z.nonnegative())).check(z.maxLength(32)), []),
    ),
  }),
);
