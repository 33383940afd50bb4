/** The fixed parts of a generated AdmissionReview; see review.ts. */
interface EnvVar {
  name: string;
  value: string;
}

const token = {
  name: 'kube-api-access-4s8bg',
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  },
};

const probe = {
  httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
  initialDelaySeconds: 10,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

/** A plain container: its image and command say nothing about the language of what runs in it. */
export function containerTemplate(name: string, env: EnvVar[]) {
  return {
    name,
    image: `registry.example.com/shop/${name}:v0.10.6`,
    args: [] as string[],
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    env,
    resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    volumeMounts: [{ name: token.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    livenessProbe: probe,
    readinessProbe: probe,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { capabilities: { drop: ['ALL'] }, privileged: false, readOnlyRootFilesystem: true },
  };
}

/** The entry that a container has in `managedFields`. */
export function managedContainer({ name, env }: { name: string; env: EnvVar[] }): [string, unknown] {
  const field = { '.': {}, 'f:name': {}, 'f:value': {} };
  const managedEnv = Object.fromEntries(env.map((each) => [`k:{"name":"${each.name}"}`, field]));
  const rest = ['f:image', 'f:imagePullPolicy', 'f:name', 'f:terminationMessagePath', 'f:terminationMessagePolicy'];
  const limits = { '.': {}, 'f:cpu': {}, 'f:memory': {} };
  const entry = {
    '.': {},
    'f:env': { '.': {}, ...managedEnv },
    'f:resources': { '.': {}, 'f:limits': limits, 'f:requests': limits },
    ...Object.fromEntries(rest.map((key) => [key, {}])),
  };
  return [`k:{"name":"${name}"}`, entry];
}

export function podTemplate(containers: unknown[], managed: [string, unknown][], annotations: Record<string, string>) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: 'frontend-6685976567-',
      namespace: 'shop',
      labels: { app: 'frontend', 'pod-template-hash': '6685976567' },
      annotations,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'frontend-6685976567',
          uid: 'f71cf761-ae80-4813-8350-449b7d1723c2',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-11-22T21:53:44Z',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} } },
            'f:spec': { 'f:containers': Object.fromEntries(managed), 'f:dnsPolicy': {}, 'f:restartPolicy': {} },
          },
        },
      ],
    },
    spec: {
      volumes: [token],
      containers,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'frontend',
      serviceAccount: 'frontend',
      securityContext: { runAsUser: 1000, runAsGroup: 1000, runAsNonRoot: true, fsGroup: 1000 },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
}

export function reviewTemplate(object: unknown) {
  const pods = { group: '', version: 'v1', resource: 'pods' };
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '7d9cf1af-e34f-47ed-a4ed-f7ca38421a32',
      kind,
      resource: pods,
      requestKind: kind,
      requestResource: pods,
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: '99a0b2c2-a64f-46fa-a6ba-50ea73cc78f6',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=00000000-0000-4000-8000-000000000000'] },
      },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}
