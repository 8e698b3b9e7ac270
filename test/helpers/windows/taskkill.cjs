// Preloaded by NODE_OPTIONS in a copy of node.exe with the name taskkill.exe, because that of wine 8 has no /T.
const { spawnSync } = process.getBuiltinModule('node:child_process');
const { win32 } = process.getBuiltinModule('node:path');

if (win32.basename(process.execPath).toLowerCase() === 'taskkill.exe') {
  const [pid, ...flags] = process.argv.slice(2);
  if (!/PID$/.test(process.argv[1]) || flags.join(' ') !== '/T /F') process.exit(1);
  const query = ['process', 'get', 'ParentProcessId,ProcessId'];
  const table = spawnSync('C:\\windows\\system32\\wbem\\wmic.exe', query).stdout.toString(
    'utf16le',
  );
  const parents = [...table.matchAll(/(\d+)\s+(\d+)/g)].map(([, parent, child]) => [parent, child]);
  const kill = (one) => {
    for (const [parent, child] of parents) if (parent === one) kill(child);
    process.kill(Number(one), 'SIGKILL');
  };
  kill(pid);
  process.exit(0);
}
