/**
 * Applies a delta of a pack to its base (gitformat-pack(5), "Deltified representation"). Throws `RangeError` if the
 * delta is damaged, is for another base or has a result of more than `maxBytes`.
 */
export function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer {
  let at = 0;
  const readSize = (): number => {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta.readUInt8(at++);
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return size;
    }
  };
  const baseSize = readSize();
  const size = readSize();
  if (baseSize !== base.length || size > maxBytes) throw damaged();
  const result = Buffer.alloc(size);
  let end = 0;
  while (at < delta.length) {
    const instruction = delta.readUInt8(at++);
    let source = delta;
    let from = at;
    let length = instruction;
    if (instruction >= 0x80) {
      // The bits select which bytes of offset and length follow; the others are 0.
      const readBytes = (firstBit: number, count: number): number => {
        let value = 0;
        for (let byte = 0; byte < count; byte += 1) {
          if ((instruction & (firstBit << byte)) !== 0)
            value += delta.readUInt8(at++) * 256 ** byte;
        }
        return value;
      };
      source = base;
      from = readBytes(0x01, 4);
      length = readBytes(0x10, 3) || 0x10000;
    } else {
      at += length;
    }
    const isValid = length > 0 && from + length <= source.length && end + length <= size;
    if (!isValid) throw damaged();
    source.copy(result, end, from, from + length);
    end += length;
  }
  if (end !== size) throw damaged();
  return result;
}

const damaged = (): RangeError => new RangeError('a delta of a pack is damaged');
