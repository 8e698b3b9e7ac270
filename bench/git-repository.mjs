import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

/**
 * Creates a repository with loose objects and an index, as after `git commit` and `git push`, a hundred times faster.
 * `commits` are the contents of all files by path, one record per commit.
 */
export function createRepository(cwd, { commits, remote, author, atSeconds }) {
  const gitDir = join(cwd, '.git');
  for (const name of ['objects', 'refs/heads', 'refs/remotes/origin', 'refs/tags']) {
    mkdirSync(join(gitDir, name), { recursive: true });
  }
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(
    join(gitDir, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n' +
      `[remote "origin"]\n\turl = ${remote}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n` +
      '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
  );
  const write = (type, content) => writeObject(gitDir, type, content);
  let parent = null;
  let blobs = new Map();
  let trees = new Map();
  for (const [index, files] of commits.entries()) {
    blobs = new Map(Object.entries(files).map(([path, text]) => [path, write('blob', text)]));
    trees = writeTrees(blobs, write);
    const time = `${author} ${String(atSeconds + index)} +0000`;
    const parents = parent === null ? '' : `parent ${parent}\n`;
    const head = `tree ${trees.get('').id}\n${parents}author ${time}\ncommitter ${time}\n`;
    parent = write('commit', `${head}\nCommit ${String(index + 1)}\n`);
  }
  for (const name of ['heads/main', 'remotes/origin/main']) {
    writeFileSync(join(gitDir, 'refs', name), `${parent}\n`);
  }
  for (const [path, text] of Object.entries(commits.at(-1))) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const index = join(gitDir, 'index');
  writeFileSync(index, indexOf(cwd, blobs, trees));
  // As after a later `git status`: at first, the files are as new as the index (racy-git(7)).
  const later = new Date(Date.now() + 2000);
  utimesSync(index, later, later);
}

function writeObject(gitDir, type, content) {
  const body = Buffer.from(content);
  const object = Buffer.concat([Buffer.from(`${type} ${String(body.length)}\0`), body]);
  const id = createHash('sha1').update(object).digest('hex');
  const path = join(gitDir, 'objects', id.slice(0, 2), id.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, deflateSync(object, { level: 1 }));
  return id;
}

/** Writes the tree of the root and of its directories, which contain only files. Returns them by path. */
function writeTrees(blobs, write) {
  const entries = new Map([['', []]]);
  for (const [path, id] of blobs) {
    const dir = dirname(path) === '.' ? '' : dirname(path);
    if (!entries.has(dir)) entries.set(dir, []);
    entries.get(dir).push(['100644', path.slice(dir === '' ? 0 : dir.length + 1), id]);
  }
  const trees = new Map();
  for (const [dir, files] of [...entries].reverse()) {
    const children = dir === '' ? [...trees].map(([name, { id }]) => ['40000', name, id]) : [];
    const order = ([mode, name]) => (mode === '40000' ? `${name}/` : name);
    const sorted = [...files, ...children].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
    const parts = sorted.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    );
    trees.set(dir, { id: write('tree', Buffer.concat(parts)), files: files.length });
  }
  return trees;
}

/** Returns an index of version 2 (gitformat-index(5)). */
function indexOf(cwd, blobs, trees) {
  const sorted = [...blobs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, id]) => {
    const stats = lstatSync(join(cwd, path), { bigint: true });
    const times = [stats.ctimeNs, stats.mtimeNs].flatMap((ns) => [ns / 10n ** 9n, ns % 10n ** 9n]);
    const { dev, ino, uid, gid, size } = stats;
    const entry = Buffer.alloc(Math.ceil((62 + path.length + 1) / 8) * 8);
    for (const [at, value] of [...times, dev, ino, 0o100644n, uid, gid, size].entries()) {
      entry.writeUInt32BE(Number(BigInt.asUintN(32, value)), at * 4);
    }
    entry.write(id, 40, 'hex');
    entry.writeUInt16BE(path.length, 60);
    entry.write(path, 62);
    return entry;
  });
  const head = Buffer.from('DIRC\0\0\0\u0002\0\0\0\0');
  head.writeUInt32BE(entries.length, 8);
  const { '': root, ...dirs } = Object.fromEntries(trees);
  const treeOf = (path, count, children, id) =>
    Buffer.concat([Buffer.from(`${path}\0${count} ${children}\n`), Buffer.from(id, 'hex')]);
  const cached = Buffer.concat([
    treeOf('', entries.length, Object.keys(dirs).length, root.id),
    ...Object.entries(dirs).map(([path, { files, id }]) => treeOf(path, files, 0, id)),
  ]);
  const extension = Buffer.from('TREE\0\0\0\0');
  extension.writeUInt32BE(cached.length, 4);
  const content = Buffer.concat([head, ...entries, extension, cached]);
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}
