import { readRegularFile } from '../../../../util/fs.ts';
import { joinPath, parentDir } from '../../../../git/paths.ts';
import type { ProjectView } from '../../project-files/project-view.ts';
import type { GoModules } from '../merge/source-finder.ts';

/** Returns the `go.mod` files of a project. */
export const listGoModules = ({ files, packages, tree }: ProjectView): readonly string[] =>
  packages
    .map((dir) => joinPath(dir, 'go.mod'))
    .filter((path) => files.has(path) && tree.isRealDir(parentDir(path)));

const maxBytes = 1024 * 1024;

/** Reads the paths of the Go modules of a project: profiles name sources by them. */
export async function readGoModules(view: ProjectView): Promise<GoModules> {
  const modules = new Map<string, string>();
  for (const path of listGoModules(view)) {
    const file = await view.warnings.guard(path, () =>
      readRegularFile(`${view.root}/${path}`, { maxBytes }),
    );
    const name = /^module[ \t]+"?([^\s"]+)/m.exec(file?.bytes.toString() ?? '')?.[1];
    if (name !== undefined) modules.set(name, parentDir(path));
  }
  return modules;
}
