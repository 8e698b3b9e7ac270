import { formatOwner } from '../../../src/lock/owner.ts';
import type { Disk } from './model-disk.ts';
import { ownerOf } from './model-world.ts';

const dead = `.sync-lock/${formatOwner(ownerOf(90))}`;

/** The initial disks of the model. */
export const modelStarts = {
  'no lock': {},
  'a dead owner': { '.sync-lock': 'M', [dead]: 'D', [`${dead}/stage`]: 'D' },
  'a dead owner with an unfinished commit': {
    '.sync-lock': 'M',
    [dead]: 'D',
    [`${dead}/stage`]: 'D',
    [`${dead}/stage/g`]: 'Fold',
    [`${dead}/stage/COMMIT`]: 'F',
    f: 'Fold',
  },
  'a half-released lock': { '.sync-lock': 'M' },
  'a lock whose owner was about to release it': { '.sync-lock': 'M', [dead]: 'D' },
  'a stale plain file': { '.sync-lock': 'F~' },
  'a stale empty directory': { '.sync-lock': 'D~' },
} as const satisfies Readonly<Record<string, Disk>>;
