/** JSON schemas of the parts of Compose files and Kubernetes manifests that ours use: closed, so a slip shows. */

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text, minItems: 1 };
const closed = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const duration = { type: 'string', pattern: '^[0-9]+(ms|s|m|h)$' };

/** After the Compose specification. */
export const composeSchema = closed(
  {
    name: text,
    services: {
      type: 'object',
      additionalProperties: closed(
        {
          image: text,
          build: closed({ context: text }, ['context']),
          environment: { type: 'object', additionalProperties: { type: 'string' } },
          volumes: texts,
          ports: { type: 'array', items: { type: 'string', pattern: '^127\\.0\\.0\\.1:[0-9]+:[0-9]+$' } },
          read_only: { const: true },
          cap_drop: { const: ['ALL'] },
          security_opt: { type: 'array', contains: { const: 'no-new-privileges:true' } },
          healthcheck: closed(
            {
              test: texts,
              interval: duration,
              timeout: duration,
              start_period: duration,
              retries: { type: 'integer' },
            },
            ['test'],
          ),
          stop_grace_period: duration,
          restart: { enum: ['no', 'always', 'on-failure', 'unless-stopped'] },
        },
        ['image', 'read_only', 'cap_drop', 'security_opt', 'healthcheck', 'stop_grace_period'],
      ),
    },
    volumes: { type: 'object' },
  },
  ['services'],
);

const quantity = { type: 'string', pattern: '^[0-9]+(m|Ki|Mi|Gi)?$' };
const labels = { type: 'object', additionalProperties: { type: 'string' } };
const probe = closed(
  {
    exec: closed({ command: texts }, ['command']),
    periodSeconds: { type: 'integer', minimum: 1 },
    timeoutSeconds: { type: 'integer', minimum: 1 },
    failureThreshold: { type: 'integer', minimum: 1 },
  },
  ['exec'],
);
const secret = closed(
  { secretKeyRef: closed({ name: text, key: text, optional: { type: 'boolean' } }, ['name', 'key']) },
  ['secretKeyRef'],
);
const env = {
  type: 'array',
  items: {
    oneOf: [
      closed({ name: text, value: { type: 'string' } }, ['name', 'value']),
      closed({ name: text, valueFrom: secret }, ['name', 'valueFrom']),
    ],
  },
};
const container = closed(
  {
    name: text,
    image: { type: 'string', pattern: '^[a-z0-9./-]+:[A-Za-z0-9._-]+$', not: { pattern: ':latest$' } },
    restartPolicy: { const: 'Always' },
    env,
    startupProbe: probe,
    livenessProbe: probe,
    readinessProbe: probe,
    resources: closed(
      {
        requests: closed({ cpu: quantity, memory: quantity }),
        limits: closed({ cpu: quantity, memory: quantity }),
      },
      ['requests', 'limits'],
    ),
    securityContext: closed(
      {
        runAsNonRoot: { const: true },
        runAsUser: { type: 'integer', minimum: 1 },
        runAsGroup: { type: 'integer', minimum: 1 },
        allowPrivilegeEscalation: { const: false },
        readOnlyRootFilesystem: { const: true },
        capabilities: closed({ drop: { const: ['ALL'] } }, ['drop']),
      },
      ['runAsUser', 'allowPrivilegeEscalation', 'readOnlyRootFilesystem', 'capabilities'],
    ),
    volumeMounts: {
      type: 'array',
      items: closed({ name: text, mountPath: text, readOnly: { type: 'boolean' } }, ['name', 'mountPath']),
    },
  },
  ['name', 'image', 'resources', 'securityContext'],
);
const metadata = closed({ name: text, labels }, ['name']);

/** After the Kubernetes API: apps/v1 Deployment and v1 ConfigMap. */
export const manifestSchema = {
  oneOf: [
    closed(
      {
        apiVersion: { const: 'v1' },
        kind: { const: 'ConfigMap' },
        metadata,
        data: { type: 'object', additionalProperties: { type: 'string' } },
      },
      ['apiVersion', 'kind', 'metadata', 'data'],
    ),
    closed(
      {
        apiVersion: { const: 'apps/v1' },
        kind: { const: 'Deployment' },
        metadata,
        spec: closed(
          {
            replicas: { type: 'integer', minimum: 1 },
            selector: closed({ matchLabels: labels }, ['matchLabels']),
            template: closed(
              {
                metadata: closed({ labels }, ['labels']),
                spec: closed(
                  {
                    automountServiceAccountToken: { const: false },
                    enableServiceLinks: { const: false },
                    terminationGracePeriodSeconds: { type: 'integer', minimum: 35 },
                    securityContext: closed({
                      runAsNonRoot: { const: true },
                      seccompProfile: closed({ type: { const: 'RuntimeDefault' } }, ['type']),
                    }),
                    initContainers: { type: 'array', items: container, minItems: 1 },
                    containers: { type: 'array', items: container, minItems: 1 },
                    volumes: {
                      type: 'array',
                      items: closed(
                        {
                          name: text,
                          configMap: closed({ name: text }, ['name']),
                          emptyDir: closed({ sizeLimit: quantity }),
                        },
                        ['name'],
                      ),
                    },
                  },
                  ['containers', 'securityContext', 'terminationGracePeriodSeconds'],
                ),
              },
              ['metadata', 'spec'],
            ),
          },
          ['selector', 'template'],
        ),
      },
      ['apiVersion', 'kind', 'metadata', 'spec'],
    ),
  ],
};
