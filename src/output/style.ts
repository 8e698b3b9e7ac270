/** Colour of a state. The text always contains the state as a word or symbol, too. */
export type Tone = 'good' | 'warning' | 'bad' | 'faint' | 'strong';

/** Colours text for one output stream; returns it unchanged if the stream has no colours. */
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
