/** Colour of a state. The text always contains the state as a word or symbol, too. */
export type StyleName = 'good' | 'warning' | 'bad' | 'faint' | 'strong';

/** Colours text for one output stream; returns it unchanged if the stream has no colours. */
export type Style = (name: StyleName, text: string) => string;

/** SGR parameters, on and off. */
const codes: Readonly<Record<StyleName, readonly [on: number, off: number]>> = {
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
  strong: [1, 22],
};

export function createStyle(color: boolean): Style {
  if (!color) return (_name, text) => text;
  return (name, text) => {
    const [on, off] = codes[name];
    return `\u001b[${String(on)}m${text}\u001b[${String(off)}m`;
  };
}
