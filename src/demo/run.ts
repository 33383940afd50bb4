import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvVar } from '../inject/pod.ts';
import { type Account, accountFor } from './account.ts';
import type { Agent, AgentKind } from './agent.ts';
import { App } from './app.ts';
import type { Backend } from './backend.ts';
import { type AppName, appNames, type Counts, setByHand, timing } from './scenario.ts';
import type { LocalService } from './service.ts';
import { apps, progress } from './words.ts';

export interface Stage {
  readonly agents: AgentKind;
  /** The file of app-process.ts. */
  readonly appEntry: string;
  readonly service: LocalService;
  readonly backend: Backend;
  /** What the webhook gives the container. */
  readonly variables: readonly EnvVar[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly gapSeconds: number;
  readonly accounts: readonly Account[];
}

/**
 * Runs two apps against the agent and restarts it twice; resolves with what became of each span.
 *
 * @throws NodelocalError demo-failed; AbortError when told to stop. No process is left either way
 */
export async function runScenario(stage: Stage): Promise<Outcome> {
  const run = new Run(stage);
  const killAll = () => run.killAll();
  stage.signal.addEventListener('abort', killAll);
  try {
    return await run.all();
  } finally {
    stage.signal.removeEventListener('abort', killAll);
    killAll();
  }
}

class Run {
  readonly #stage: Stage;
  readonly #processes: { kill(): void }[] = [];
  #startedAt = 0;
  #apps: readonly App[] = [];
  #ready = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  killAll(): void {
    for (const process of this.#processes) process.kill();
  }

  async all(): Promise<Outcome> {
    const { say } = this.#stage;
    const first = await this.#startAgent();
    await this.#lead(first);
    await this.#startApps();
    const ticker = setInterval(() => say(this.#progress()), timing.progress);
    try {
      const beginning = this.#counts();
      await this.#pause(timing.steady);
      const second = await this.#surge(first);
      const between = this.#counts();
      await this.#arrived(between); // So that no span of before is lost in the gap, and counted for the wrong restart.
      await this.#pause(timing.steady);
      const { last, gapSeconds } = await this.#gap(second);
      await this.#arrived(this.#counts());
      await this.#pause(timing.steady);
      await Promise.all(this.#apps.map((app) => app.stop()));
      await last.end();
      const accounts = [
        ...this.#accounts('surge', beginning, between),
        ...this.#accounts('gap', between, this.#counts()),
      ];
      return { gapSeconds, accounts };
    } finally {
      clearInterval(ticker);
    }
  }

  /** The new agent first: two are ready for a while, and the old one ends when nothing new comes to it. */
  async #surge(old: Agent): Promise<Agent> {
    const { say } = this.#stage;
    say('   - rolling restart, as our DaemonSet does it: a new agent starts');
    const next = await this.#startAgent();
    await this.#lead(next);
    await this.#pause(timing.handOver);
    say('   - the new agent takes over; the old one ends');
    await old.end();
    this.#ready--;
    return next;
  }

  /** The old agent first: until the next one is ready, connections are refused. */
  async #gap(old: Agent): Promise<{ last: Agent; gapSeconds: number }> {
    const { service, say } = this.#stage;
    say('   - the agent ends before there is another: connections are refused');
    const goneAt = performance.now();
    service.disconnect();
    this.#ready--;
    await Promise.all([old.end(), this.#pause(timing.nextAgent)]);
    const last = await this.#startAgent();
    await this.#pause(Math.max(0, timing.gap - (performance.now() - goneAt)));
    await this.#lead(last);
    const gapSeconds = Math.round(performance.now() - goneAt) / 1000;
    say(`   - the next agent is ready, after ${gapSeconds.toFixed(1)} s`);
    return { last, gapSeconds };
  }

  async #startAgent(): Promise<Agent> {
    const agent = await this.#stage.agents.start(this.#stage.signal);
    this.#processes.push(agent);
    return agent;
  }

  async #lead(agent: Agent): Promise<void> {
    await this.#stage.service.lead(agent.port);
    this.#ready++;
  }

  async #startApps(): Promise<void> {
    const { appEntry, variables, signal, say } = this.#stage;
    const all = Object.fromEntries(variables.map(({ name, value = '' }) => [name, value]));
    const some = Object.fromEntries(Object.entries(all).filter(([name]) => setByHand.includes(name)));
    const given = { injected: all, defaults: some };
    this.#apps = appNames.map((name) => new App(appEntry, name, given[name]));
    this.#processes.push(...this.#apps);
    await Promise.all(this.#apps.map((app) => app.ready(signal)));
    for (const line of apps(variables)) say(line);
    this.#startedAt = performance.now();
    for (const app of this.#apps) app.produce();
  }

  #counts(): Readonly<Record<AppName, Counts>> {
    const [defaults, injected] = this.#apps.map(({ counts }) => counts);
    const none = { produced: 0, refused: 0, dropped: 0 };
    return { defaults: defaults ?? none, injected: injected ?? none };
  }

  #accounts(restart: Account['restart'], from: Record<AppName, Counts>, to: Record<AppName, Counts>): Account[] {
    return appNames.map((name) =>
      accountFor(restart, name, [from[name], to[name]], this.#stage.backend.received(name)),
    );
  }

  #progress(): string {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const counts = this.#counts();
    const figures = appNames.flatMap((name) => [counts[name].produced, this.#stage.backend.received(name).size]);
    return progress(seconds, this.#ready, figures);
  }

  /** Waits until spans that were produced after these counts have arrived; a queue keeps its order. */
  async #arrived(counts: Readonly<Record<AppName, Counts>>): Promise<void> {
    const { backend } = this.#stage;
    const end = performance.now() + timing.catchUp;
    const missing = () => appNames.some((name) => backend.newest(name) < counts[name].produced);
    while (missing() && performance.now() < end) await this.#pause(50);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stage.signal });
  }
}
