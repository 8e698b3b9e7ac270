import type { SyncOperation, Result } from '../../../src/lock/states.ts';

/**
 * A POSIX file system small enough to be copied at each step: a map from paths below `data/` to nodes.
 * A directory is `D`, with the sticky bit `M`; a file is `F` and its content. The suffix `~` means stale.
 */
export type Disk = Readonly<Record<string, string>>;

export const oldMs = 72 * 60_000;

/** The operations of the state machines, and those of the work under the lock. */
export type ModelOperation =
  | SyncOperation
  | { readonly type: 'replay'; readonly path: string }
  | { readonly type: 'write'; readonly path: string; readonly content: string };

/** Executes one operation atomically, like a system call. */
export function perform(disk: Disk, operation: ModelOperation): readonly [Disk, Result] {
  if (operation.type === 'rename') return move(disk, operation.from, operation.to);
  const { path } = operation;
  const node = disk[path];
  const done = (changed: Disk): readonly [Disk, Result] => [changed, { type: 'done' }];
  const result = (type: 'absent' | 'occupied' | 'done'): readonly [Disk, Result] => [
    disk,
    { type },
  ];
  switch (operation.type) {
    case 'stat': {
      if (node === undefined) return result('absent');
      const ageMs = node.endsWith('~') ? oldMs : 0;
      if (node.startsWith('F')) return [disk, { type: 'file', ageMs }];
      return [disk, { type: 'dir', ageMs, mtimeMs: -ageMs, isMarked: node.startsWith('M') }];
    }
    case 'list':
      if (node === undefined && path !== '.') return result('absent');
      if (node?.startsWith('F') === true) return result('occupied');
      return [disk, { type: 'names', names: childrenOf(disk, path) }];
    case 'has-commit':
      return result(disk[`${path}/COMMIT`] === undefined ? 'absent' : 'done');
    case 'mkdir':
      if (node !== undefined) return result('occupied');
      if (!hasParent(disk, path)) return result('absent');
      return done(touchParent({ ...disk, [path]: 'D' }, path));
    case 'write':
      if (!hasParent(disk, path)) return result('absent');
      return done(touchParent({ ...disk, [path]: `F${operation.content}` }, path));
    case 'mark':
      if (node === undefined) return result('absent');
      return done({ ...disk, [path]: node.replace('D', 'M') });
    case 'touch':
      if (node === undefined) return result('absent');
      return done({ ...disk, [path]: node.replace('~', '') });
    case 'unlink':
      if (node === undefined) return result('absent');
      if (!node.startsWith('F')) return result('occupied');
      return done(touchParent(without(disk, path), path));
    case 'rmdir':
      if (node === undefined) return result('absent');
      if (node.startsWith('F') || childrenOf(disk, path).length > 0) return result('occupied');
      return done(touchParent(without(disk, path), path));
    case 'remove-tree':
      return done(touchParent(without(disk, path), path));
    case 'replay': {
      if (disk[`${path}/COMMIT`] === undefined) return result('done');
      const moved = ['f', 'g'].reduce(
        (changed, name) => move(changed, `${path}/${name}`, name)[0],
        disk,
      );
      return done(without(moved, `${path}/COMMIT`));
    }
  }
}

/** Makes every node whose age is checked stale. */
export function age(disk: Disk): Disk {
  const aged: Record<string, string> = {};
  for (const [path, node] of Object.entries(disk)) {
    const matters = path === '.sync-lock' ? !node.startsWith('M') : ownPattern.test(path);
    aged[path] = matters && !node.endsWith('~') ? `${node}~` : node;
  }
  return aged;
}

const ownPattern = /^\.sync-lock\/[^/]*$/;

export function childrenOf(disk: Disk, dir: string): readonly string[] {
  const prefix = dir === '.' ? '' : `${dir}/`;
  return Object.keys(disk)
    .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
    .map((path) => path.slice(prefix.length));
}

function move(disk: Disk, from: string, to: string): readonly [Disk, Result] {
  const source = disk[from];
  const target = disk[to];
  if (source === undefined || !hasParent(disk, to)) return [disk, { type: 'absent' }];
  const isFile = source.startsWith('F');
  if (
    target !== undefined &&
    (isFile || childrenOf(disk, to).length > 0 || target.startsWith('F'))
  ) {
    if (!isFile || !target.startsWith('F')) return [disk, { type: 'occupied' }];
  }
  const moved = Object.entries(disk)
    .filter(([path]) => path !== to)
    .map(([path, node]) => [
      path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path,
      node,
    ]);
  return [touchParent(touchParent(Object.fromEntries(moved) as Disk, from), to), { type: 'done' }];
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const hasParent = (disk: Disk, path: string): boolean =>
  parentOf(path) === '' || disk[parentOf(path)] !== undefined;

/** Updates the mtime of the parent directory. */
function touchParent(disk: Disk, path: string): Disk {
  const parent = parentOf(path);
  const node = disk[parent];
  return node?.endsWith('~') === true ? { ...disk, [parent]: node.slice(0, -1) } : disk;
}

function without(disk: Disk, path: string): Disk {
  return Object.fromEntries(
    Object.entries(disk).filter(([other]) => other !== path && !other.startsWith(`${path}/`)),
  );
}
