interface SecretSpec {
  /** The token source that reads it, as named in `tokens.json`. */
  readonly source: string;
  /**
   * `key`: never printed. `id`: required like a key, but not confidential. `url`: optional; only what
   * surrounds its host (password, query) is confidential.
   */
  readonly type: 'key' | 'id' | 'url';
}

/**
 * The variables that token sources read from the environment or `data/config/.env`: the only list of them.
 * `readSecrets`, the redaction of output, `doctor` and the Kubernetes manifest are derived from it.
 */
export const secretRegistry = {
  ANTHROPIC_ADMIN_KEY: { source: 'anthropic-admin', type: 'key' },
  ANTHROPIC_ORG_ID: { source: 'anthropic-admin', type: 'id' },
  ANTHROPIC_BASE_URL: { source: 'anthropic-admin', type: 'url' },
  OPENAI_ADMIN_KEY: { source: 'openai', type: 'key' },
  OPENAI_BASE_URL: { source: 'openai', type: 'url' },
  OPENROUTER_MANAGEMENT_KEY: { source: 'openrouter', type: 'key' },
  OPENROUTER_BASE_URL: { source: 'openrouter', type: 'url' },
  CURSOR_ADMIN_KEY: { source: 'cursor', type: 'key' },
  CURSOR_BASE_URL: { source: 'cursor', type: 'url' },
  LITELLM_ADMIN_KEY: { source: 'litellm', type: 'key' },
  LITELLM_BASE_URL: { source: 'litellm', type: 'url' },
} as const satisfies Record<string, SecretSpec>;

export type SecretName = keyof typeof secretRegistry;

export type SecretSource = (typeof secretRegistry)[SecretName]['source'];

export const secretNames = Object.keys(secretRegistry) as readonly SecretName[];

/** Returns the variables without which `source` can't be read. */
export const requiredSecrets = (source: SecretSource): readonly SecretName[] =>
  secretNames.filter(
    (name) => secretRegistry[name].source === source && secretRegistry[name].type !== 'url',
  );

/** Returns null for a name that the configuration chose, such as the `$NAME` of a webhook. */
export const secretType = (name: string): SecretSpec['type'] | null =>
  Object.hasOwn(secretRegistry, name) ? secretRegistry[name as SecretName].type : null;
