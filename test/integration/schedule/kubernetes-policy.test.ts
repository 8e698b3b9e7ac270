import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { kubernetes } from '../../../src/schedule/schedulers/kubernetes.ts';
import { parseYaml } from '../../helpers/parse-yaml.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

const project = resolve(import.meta.dirname, '../../..');
const [cronJob, volumeClaim] = kubernetes
  .render(exampleJob, exampleHost)
  .map(({ text }) => parseYaml(text));

type Document = readonly [content: unknown, type: string, module: string];

/** Returns the errors of documents as literals of their types in Kubernetes 1.30, which allow no unknown key. */
function schemaErrors(documents: readonly Document[]): readonly (readonly string[])[] {
  const texts = new Map(
    documents.map(([content, type, module], index) => [
      resolve(project, `test/manifest-${String(index)}.ts`),
      `import type { ${type} } from 'kubernetes-types/${module}.d.ts';\n` +
        `export const manifest: ${type} = ${JSON.stringify(content)};\n`,
    ]),
  );
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, types: [], lib: ['lib.es5.d.ts'], skipLibCheck: true },
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? read(path, ...rest)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].map((path) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

test('kubernetes renders manifests that satisfy the types of Kubernetes, in which unknown keys and wrong types are errors', () => {
  const text = JSON.stringify(cronJob);
  const broken = [
    text.replace('"backoffLimit":0', '"backoffLimits":0'),
    text.replace('"seccompProfile"', '"seccomp"'),
    text.replace('"runAsUser":1000', '"runAsUser":"1000"'),
  ];
  const [job, claim, ...others] = schemaErrors([
    [cronJob, 'CronJob', 'batch/v1'],
    [volumeClaim, 'PersistentVolumeClaim', 'core/v1'],
    ...broken.map((one) => [JSON.parse(one), 'CronJob', 'batch/v1'] as const),
  ]);
  expect([job, claim]).toEqual([[], []]);
  expect(others.map(([message]) => message)).toEqual([
    expect.stringContaining('\'"backoffLimits"\' does not exist in type'),
    expect.stringContaining('\'"seccomp"\' does not exist in type'),
    "Type 'string' is not assignable to type 'number'.",
  ]);
});

const restrictedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const inContainers =
  (isAllowed: (container: Container, pod: PodSpec) => boolean) =>
  (pod: PodSpec): boolean =>
    [...pod.containers, ...(pod.initContainers ?? [])].every((one) => isAllowed(one, pod));

/**
 * The controls of the Pod Security Standards, levels baseline and restricted, by their names in
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/, each with a pod that violates it.
 */
const controls: readonly (readonly [
  control: string,
  isAllowed: (pod: PodSpec) => boolean,
  violation: { readonly pod?: Partial<PodSpec>; readonly container?: object },
])[] = [
  [
    'Host Namespaces',
    (pod) => !pod.hostNetwork && !pod.hostPID && !pod.hostIPC,
    { pod: { hostNetwork: true } },
  ],
  [
    'Privileged Containers',
    inContainers(({ securityContext }) => securityContext?.privileged !== true),
    { container: { privileged: true } },
  ],
  [
    'Host Ports',
    inContainers(({ ports = [] }) => ports.every(({ hostPort }) => !hostPort)),
    { pod: { containers: [{ name: 'a', ports: [{ containerPort: 1, hostPort: 1 }] }] } },
  ],
  [
    '/proc Mount Type',
    inContainers(({ securityContext }) =>
      [undefined, 'Default'].includes(securityContext?.procMount),
    ),
    { container: { procMount: 'Unmasked' } },
  ],
  [
    'Sysctls',
    (pod) => (pod.securityContext?.sysctls ?? []).length === 0,
    { pod: { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } } },
  ],
  [
    'Volume Types',
    ({ volumes = [] }) =>
      volumes.every(
        ({ name, ...type }) =>
          name !== '' && Object.keys(type).every((key) => restrictedVolumes.has(key)),
      ),
    { pod: { volumes: [{ name: 'a', hostPath: { path: '/' } }] } },
  ],
  [
    'Privilege Escalation',
    inContainers(({ securityContext }) => securityContext?.allowPrivilegeEscalation === false),
    { container: { allowPrivilegeEscalation: undefined } },
  ],
  [
    'Running as Non-root',
    inContainers(
      ({ securityContext }, pod) =>
        (securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true,
    ),
    { container: { runAsNonRoot: false } },
  ],
  [
    'Running as Non-root user',
    inContainers(
      ({ securityContext }, pod) =>
        pod.securityContext?.runAsUser !== 0 && securityContext?.runAsUser !== 0,
    ),
    { container: { runAsUser: 0 } },
  ],
  [
    'Seccomp',
    inContainers(({ securityContext }, pod) =>
      ['RuntimeDefault', 'Localhost'].includes(
        (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type ?? '',
      ),
    ),
    { container: { seccompProfile: { type: 'Unconfined' } } },
  ],
  [
    'Capabilities',
    inContainers(
      ({ securityContext }) =>
        securityContext?.capabilities?.drop?.includes('ALL') === true &&
        (securityContext.capabilities.add ?? []).every((one) => one === 'NET_BIND_SERVICE'),
    ),
    { container: { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } },
  ],
];

describe('kubernetes pod', () => {
  const pod = (cronJob as CronJob).spec?.jobTemplate.spec?.template.spec ?? { containers: [] };
  const [container = { name: '' }] = pod.containers;

  test.each(controls)(
    'satisfies the control %s of the restricted standard',
    (_name, isAllowed, violation) => {
      expect(isAllowed(pod)).toBe(true);
      const securityContext = { ...container.securityContext, ...violation.container };
      const violating = {
        ...pod,
        containers: [{ ...container, securityContext }],
        ...violation.pod,
      };
      expect(isAllowed(violating)).toBe(false);
    },
  );

  test('has a read-only root file system, with /tmp in memory limits of its own', () => {
    expect(container.securityContext?.readOnlyRootFilesystem).toBe(true);
    expect(container.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual([
      '/workspace',
      '/tmp',
    ]);
  });

  test('has the memory that runs of 10,000 repositories need', () => {
    expect(container.resources).toMatchObject({
      requests: { memory: '640Mi' },
      limits: { memory: '1Gi' },
    });
  });
});

test('deploy/kubernetes is a kustomization of both manifests (skipped without kubectl)', ({
  skip,
}) => {
  const find = (): boolean => {
    try {
      execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  if (!process.env['CI'] && !find()) skip();
  const output = execFileSync('kubectl', ['kustomize', resolve(project, 'deploy/kubernetes')], {
    encoding: 'utf8',
  });
  expect(output.match(/^kind: .*$/gm)).toEqual(['kind: PersistentVolumeClaim', 'kind: CronJob']);
  expect(output).toContain('image: registry.example.com/sync-runner:latest\n');
});
