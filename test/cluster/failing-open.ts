import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ControlPlane } from './control-plane.ts';

/** What the API server itself says about calls of webhooks that failed, since it was first asked. */
export interface FailingOpen {
  /** Pods that it let through unchanged; counts from 0 again when it restarts. */
  readonly count: () => Promise<number>;
  /** Lines of its log. */
  readonly lines: () => Promise<readonly string[]>;
}

const complaint =
  /failed calling webhook|failing open|x509|tls: |error dialing|certificate (signed|has expired|is not)/i;

export async function watchFailingOpen(plane: ControlPlane): Promise<FailingOpen> {
  const log = () => readFile(path.join(plane.folder, 'kube-apiserver.log'), 'utf8');
  const [before, begin] = [await failedOpen(plane), (await log()).length];
  return {
    count: async () => (await failedOpen(plane)) - before,
    lines: async () =>
      (await log())
        .slice(begin)
        .split('\n')
        .filter((line) => complaint.test(line)),
  };
}

async function failedOpen({ admin }: ControlPlane): Promise<number> {
  const text = String((await admin.send('GET', '/metrics')).body);
  // Absent until the first time: https://kubernetes.io/docs/reference/instrumentation/metrics/
  const lines = text.split('\n').filter((line) => line.startsWith('apiserver_admission_webhook_fail_open_count{'));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
