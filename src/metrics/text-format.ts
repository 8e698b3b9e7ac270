/** A gauge with its samples. A gauge without samples is omitted. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  /** Null if unknown; the sample is then omitted. */
  readonly value: number | null;
}

/**
 * Returns gauges in the Prometheus text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). `common` are the labels of every sample.
 */
export function formatGauges(
  gauges: readonly Gauge[],
  common: Readonly<Record<string, string>>,
): string {
  return gauges
    .map(({ name, help, samples }) => {
      const known = samples.filter(({ value }) => value !== null && Number.isFinite(value));
      if (known.length === 0) return '';
      const lines = known.map(
        ({ labels, value }) =>
          `${name}${formatLabels({ ...common, ...labels })} ${String(value)}\n`,
      );
      return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n${lines.join('')}`;
    })
    .join('');
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeHelp = (text: string): string =>
  text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', String.raw`\"`);
