import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Option } from 'commander';
import { lostBy } from '../demo/account.ts';
import { type AgentKind, builtInAgent, type CollectorOptions, collectorAgent } from '../demo/agent.ts';
import { Backend } from '../demo/backend.ts';
import { findCollectors } from '../demo/collector.ts';
import { runScenario } from '../demo/run.ts';
import { spansPerSecond } from '../demo/scenario.ts';
import { LocalService } from '../demo/service.ts';
import { conclusion, injection, introduction, table } from '../demo/words.ts';
import { NodelocalError } from '../errors.ts';
import type { CommandSpec } from './command.ts';
import { injectionByWebhook } from './demo-webhook.ts';
import type { Io } from './io.ts';

/** `demo`: the whole idea in 30 seconds, without a cluster. */
export const demo: CommandSpec = {
  name: 'demo',
  summary: 'show the whole idea in 30 seconds, without a cluster',
  configure(command) {
    command.option(
      '--collector <file>',
      'the Collector to use as the agent; by default one that is found, else a small receiver',
    );
    const description = 'what is printed on stdout: the table, or all figures';
    command.addOption(new Option('-o, --output <format>', description).choices(['table', 'json']).default('table'));
  },
  async run(options, _args, io) {
    const { signal } = io;
    const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-demo-'));
    const [service, backend] = await Promise.all([LocalService.open(), Backend.open()]);
    try {
      return await show(options, { service, backend, folder, io });
    } catch (error) {
      if (!signal.aborted) throw error;
      io.stderr.write('stopped; nothing of it is left\n');
      return 2;
    } finally {
      service.close();
      backend.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Scene {
  readonly service: LocalService;
  readonly backend: Backend;
  readonly folder: string;
  readonly io: Io;
}

async function show(
  options: Readonly<Record<string, unknown>>,
  { service, backend, folder, io }: Scene,
): Promise<number> {
  const say = (...lines: readonly string[]) => void io.stderr.write(`${lines.join('\n')}\n`);
  const collector = typeof options['collector'] === 'string' ? path.resolve(io.cwd, options['collector']) : undefined;
  const { agents, unusable } = await chooseAgent(collector, folder, backend.url, io);
  say(...introduction({ collector: agents.collector, unusable }));
  const given = await injectionByWebhook(folder, service.port, io);
  say(...injection(given));
  const appEntry = path.join(io.packageRoot, 'dist/demo-app.js');
  const { variables } = given;
  const { signal } = io;
  const { accounts, gapSeconds } = await runScenario({ agents, appEntry, service, backend, variables, say, signal });
  say('', '4. Both apps have ended. Every span is looked for by its number:', '');
  const figures = { agent: agents.collector ?? 'stand-in', spansPerSecond, gapSeconds, variables, accounts };
  const lines = options['output'] === 'json' ? [JSON.stringify(figures, null, 2)] : table(accounts, gapSeconds);
  io.stdout.write(`${lines.join('\n')}\n`);
  say(...conclusion(accounts, gapSeconds));
  return lostBy(accounts, 'injected') > lostBy(accounts, 'defaults') ? 1 : 0;
}

/** The Collector that was asked for, else the first that takes the configuration, else the built-in one. */
async function chooseAgent(
  asked: string | undefined,
  folder: string,
  backend: string,
  io: Io,
): Promise<{ agents: AgentKind; unusable: string[] }> {
  const options: CollectorOptions = { folder, backend, manifests: path.join(io.packageRoot, 'manifests') };
  const unusable: string[] = [];
  for (const file of asked === undefined ? await findCollectors(io.env) : [asked]) {
    const agents = await collectorAgent(file, options);
    if (!('problem' in agents)) return { agents, unusable };
    unusable.push(`${file}: ${agents.problem}`);
  }
  if (asked !== undefined) throw new NodelocalError('demo-failed', `cannot be the agent: ${unusable.join()}`);
  return { agents: builtInAgent(path.join(io.packageRoot, 'dist/demo-agent.js'), backend), unusable };
}
