export function evaluate(path: string): Promise<Readonly<Record<string, unknown>>>;
