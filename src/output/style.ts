/** How a state looks where there is colour; a word or a sign says it everywhere. */
export type Tone = 'good' | 'warning' | 'bad' | 'faint' | 'strong';

/** Paints text for one output stream: as it is where the stream shows no colour. */
export type Paint = (tone: Tone, text: string) => string;

/** SGR parameters, on and off. */
const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
  strong: [1, 22],
};

export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  return (tone, text) => {
    const [on, off] = codes[tone];
    return `\u001b[${String(on)}m${text}\u001b[${String(off)}m`;
  };
}
