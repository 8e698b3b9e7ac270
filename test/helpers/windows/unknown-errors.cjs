// Preloaded by a test: every path with `in-the-cloud` fails with the error that Node.js reports for a file that is only in
// the cloud, and for a share whose server is gone.
const fs = process.getBuiltinModule('node:fs');
const promises = process.getBuiltinModule('node:fs/promises');

function check(path) {
  if (!String(path).includes('in-the-cloud')) return;
  throw Object.assign(new Error(`UNKNOWN: unknown error, open '${path}'`), {
    ...{ code: 'UNKNOWN', errno: -4094, syscall: 'open', path },
  });
}

const names = ['lstat', 'stat', 'readdir', 'opendir', 'open', 'readFile', 'realpath', 'access'];
for (const name of names) {
  const [sync, original] = [fs[`${name}Sync`], promises[name]];
  fs[`${name}Sync`] = Object.assign((path, ...rest) => (check(path), sync(path, ...rest)), sync);
  promises[name] = async (path, ...rest) => {
    check(path);
    return original(path, ...rest);
  };
}
