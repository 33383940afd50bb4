import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Probe } from '@kubernetes/client-node';
import type { Agent } from '../manifests/agent.ts';

/** The probes of one run of the agent's container. */
export interface Probes {
  readonly signal: AbortSignal;
  /** Called when it changes. */
  readonly onServing: (serving: boolean) => void;
  /** The startup probe has failed too often: the kubelet ends the container. */
  readonly onHopeless: () => void;
}

/** Probes as the kubelet does, until the signal. */
export async function probe(agent: Agent, ip: string, { signal, onServing, onHopeless }: Probes): Promise<void> {
  const { startupProbe, readinessProbe } = agent.container;
  if (startupProbe && !(await hasStarted(agent, startupProbe, ip, signal))) {
    if (!signal.aborted) onHopeless();
    return;
  }
  if (readinessProbe === undefined) return;
  let failures = 0;
  while (!signal.aborted) {
    const passed = await passes(agent, readinessProbe, ip);
    if (signal.aborted) return;
    failures = passed ? 0 : failures + 1;
    if (passed) onServing(true);
    else if (failures >= (readinessProbe.failureThreshold ?? 3)) onServing(false);
    await pause(readinessProbe, signal);
  }
}

async function hasStarted(agent: Agent, startup: V1Probe, ip: string, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < (startup.failureThreshold ?? 3) && !signal.aborted; tries++) {
    if (await passes(agent, startup, ip)) return true;
    await pause(startup, signal);
  }
  return false;
}

async function passes(agent: Agent, { httpGet, timeoutSeconds = 1 }: V1Probe, ip: string): Promise<boolean> {
  const port = (agent.container.ports ?? []).find(({ name }) => name === httpGet?.port)?.containerPort ?? httpGet?.port;
  try {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const { ok, body } = await fetch(`http://${ip}:${port}${httpGet?.path}`, { signal });
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}

/** Ends early with the signal. */
async function pause({ periodSeconds = 10 }: V1Probe, signal: AbortSignal): Promise<void> {
  await sleep(periodSeconds * 1000, undefined, { signal }).catch(() => {});
}
