import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './program.ts';
import { tool } from './tool.ts';

const pom = path.join(import.meta.dirname, 'java/pom.xml');
const oldestVersions = ['-Dotel.version=1.41.0', '-Dagent.version=2.7.0'];
// Many of them run at once on two cores: one thread compiles, to simple code, and the heap ends well above its 30 MiB.
const jvm = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:CICompilerCount=1'];
const agentLogger = 'io.opentelemetry.javaagent.slf4j.simpleLogger.log.io.opentelemetry.exporter.sender';

/**
 * Compiles the Java program into an empty folder, and puts its libraries and the javaagent there. With `oldest`: those of the
 * versions that the profile table claims. Throws with a plain line when it can't.
 */
export async function buildJava(folder: string, say: (line: string) => void, oldest = false): Promise<void> {
  say('fetching the Java SDK and agent, and compiling the program');
  const versions = oldest ? oldestVersions : [];
  await tool('mvn', ['-B', '-q', '-f', pom, `-Dlab.folder=${folder}`, ...versions, 'process-classes']).catch(explain);
}

/** How to start it: with the SDK that the program configures, or with the javaagent before it. */
export function runJava(folder: string, app: 'java-http' | 'java-grpc' | 'javaagent-http'): Program {
  const classes = path.join(folder, 'classes');
  const agent = jarIn(folder, 'opentelemetry-javaagent');
  const agentOptions = [
    `-javaagent:${path.join(folder, agent.file)}`,
    `-D${agentLogger}=trace`,
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
  ];
  const sdkOptions = [`-Djava.util.logging.config.file=${path.join(classes, 'logging.properties')}`];
  const withAgent = app === 'javaagent-http';
  const options = [...jvm, ...(withAgent ? agentOptions : sdkOptions)];
  return {
    command: 'java',
    args: [...options, '-cp', `${classes}:${folder}/lib/*`, 'lab.Lab', withAgent ? 'agent' : 'sdk'],
    env: {},
    version: withAgent ? agent.version : jarIn(path.join(folder, 'lib'), 'opentelemetry-exporter-otlp').version,
  };
}

function jarIn(folder: string, name: string): { file: string; version: string } {
  for (const file of readdirSync(folder)) {
    const [, artifact, version] = /^(.+?)-(\d.*)\.jar$/.exec(file) ?? [];
    if (artifact === name && version !== undefined) return { file, version };
  }
  throw new Error(`there is no ${name} in ${folder}`);
}

/** Maven tells its errors on standard output, after codes for colours; the first one says what is wrong. */
function explain(error: Error): never {
  const { stdout = '' } = error.cause as { stdout?: string };
  const line = /\[ERROR\] (.+)$/m.exec(stdout)?.[1];
  throw line === undefined ? error : new Error(`mvn failed: ${line}`, { cause: error });
}
