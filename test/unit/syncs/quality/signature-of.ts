import {
  readSignature,
  type ReportSignature,
} from '../../../../src/syncs/quality/report/report-signature.ts';
import { inChunks } from './in-chunks.ts';

/** Returns the signature of a complete text. */
export const signatureOf = (text: string | Uint8Array): Promise<ReportSignature> =>
  readSignature(inChunks(text), () => false);
