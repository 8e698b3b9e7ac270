import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from '../system/system.ts';

/** Groups that contain other users: everyone, authenticated, interactive and network users, users and guests. */
const groups = new Set([
  ...['WD', 'AU', 'IU', 'NU', 'BU', 'BG', 'AN'],
  ...['S-1-1-0', 'S-1-5-11', 'S-1-5-4', 'S-1-5-2', 'S-1-5-32-545', 'S-1-5-32-546', 'S-1-5-7'],
]);

/** FILE_READ_DATA, GENERIC_READ and GENERIC_ALL. */
const readBits = 0x1 | 0x8000_0000 | 0x1000_0000;
const readRights = /^(?:..)*(?:FA|FR|GA|GR|CC)/;

/**
 * Whether an access control list in the Security Descriptor Definition Language lets a group of other users read the
 * file. Access of single users is not checked: the list does not show which of them is the own one.
 */
export function canOthersRead(sddl: string): boolean {
  if (/D:[A-Z]*NO_ACCESS_CONTROL/.test(sddl)) return true;
  const entries = sddl.matchAll(/\(A;([^;]*);([^;]*);[^;]*;[^;]*;([^;)]*)\)/g);
  return [...entries].some(([, flags = '', rights = '', trustee = '']) => {
    // Only for files in a directory.
    if (flags.includes('IO')) return false;
    const canRead = /^0x/i.test(rights)
      ? (Number(rights) & readBits) !== 0
      : readRights.test(rights);
    return canRead && groups.has(trustee);
  });
}

/** Returns the access control list of a file; null if icacls does not report it. */
export async function readAcl(
  path: string,
  { exec, tmpDir, processInfo }: Pick<System, 'exec' | 'tmpDir' | 'processInfo'>,
): Promise<string | null> {
  // Its output is translated. The file that it saves is not: the name of the file and its list, in UTF-16.
  const saved = join(tmpDir, `sync-runner-acl-${String(processInfo.pid)}`);
  try {
    await exec('icacls', [path, '/save', saved, '/q'], { timeoutMs: 10_000 });
    const [, sddl = ''] = (await readFile(saved, 'utf16le')).split(/\r?\n/);
    return sddl === '' ? null : sddl;
  } catch {
    return null;
  } finally {
    await rm(saved, { force: true }).catch(() => undefined);
  }
}
