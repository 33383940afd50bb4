import type { Language } from './language.ts';

/** How an image or a variable gives its language away. Every row names a thing exactly: nothing is searched for inside a longer name. */

/** Official images that hold a language's runtime, or a program that needs one; on Docker Hub under library/ and so with several addresses. */
export const officialImages: readonly { language: Language; runtimes: readonly string[]; apps: readonly string[] }[] = [
  {
    language: 'java',
    runtimes: [
      'amazoncorretto',
      'eclipse-temurin',
      'ibm-semeru-runtimes',
      'ibmjava',
      'jetty',
      'openjdk',
      'open-liberty',
      'sapmachine',
      'tomcat',
      'tomee',
    ],
    apps: ['cassandra', 'elasticsearch', 'neo4j', 'solr', 'sonarqube', 'zookeeper'],
  },
  { language: 'python', runtimes: ['python', 'pypy'], apps: ['odoo'] },
  { language: 'nodejs', runtimes: ['node'], apps: ['ghost', 'kibana'] },
  { language: 'go', runtimes: ['golang'], apps: [] },
  { language: 'ruby', runtimes: ['ruby'], apps: ['redmine'] },
  {
    language: 'php',
    runtimes: ['php'],
    apps: ['drupal', 'joomla', 'matomo', 'mediawiki', 'nextcloud', 'phpmyadmin', 'wordpress'],
  },
  { language: 'rust', runtimes: ['rust'], apps: [] },
  { language: 'erlang', runtimes: ['erlang', 'elixir'], apps: ['couchdb', 'rabbitmq'] },
];

/** Folders of a mirror that hold Docker Hub's official images: it keeps their `library`, but GitLab's proxy leaves it out. */
export const mirrorFolders: readonly string[] = ['library', 'dependency_proxy/containers'];

/** Runtime images of their makers, by the whole repository name. */
export const vendorImages: readonly {
  language: Language;
  repository: RegExp;
  /** The program that it starts by itself, with the container's arguments. */
  entrypoint?: string;
}[] = [
  { language: 'dotnet', repository: /^mcr\.microsoft\.com\/dotnet\/(aspnet|runtime|sdk)$/ },
  { language: 'java', repository: /^mcr\.microsoft\.com\/openjdk\/jdk$/ },
  { language: 'java', repository: /^public\.ecr\.aws\/amazoncorretto\/amazoncorretto$/ },
  // Not java-base: it holds what a JVM or a native image needs, and neither of them.
  { language: 'java', repository: /^gcr\.io\/distroless\/java(\d+)?(-debian\d+)?$/, entrypoint: 'java' },
  { language: 'nodejs', repository: /^gcr\.io\/distroless\/nodejs(\d+)?(-debian\d+)?$/, entrypoint: 'node' },
  { language: 'python', repository: /^gcr\.io\/distroless\/python3(-debian\d+)?$/, entrypoint: 'python3' },
];

/**
 * Variables that only one runtime reads. A `value` that loads something into the runtime is set where that is: a
 * hint. Any other is set for all sorts of containers by policies and shared lists, so it only contradicts.
 */
export const variables: readonly { language: Language; name: string; presence?: true; value: RegExp }[] = [
  { language: 'java', name: 'JAVA_TOOL_OPTIONS', value: /(^|\s)-(javaagent|agentpath):/ },
  { language: 'java', name: 'JDK_JAVA_OPTIONS', value: /(^|\s)-(javaagent|agentpath):/ },
  {
    language: 'nodejs',
    name: 'NODE_OPTIONS',
    value: /(^|\s)(-r|--require|--import|--loader|--experimental-loader)[\s=]/,
  },
  { language: 'dotnet', name: 'CORECLR_PROFILER', presence: true, value: /\S/ },
  { language: 'dotnet', name: 'CORECLR_PROFILER_PATH', presence: true, value: /\S/ },
  { language: 'dotnet', name: 'DOTNET_STARTUP_HOOKS', presence: true, value: /\S/ },
  { language: 'ruby', name: 'RUBYOPT', value: /(^|\s)-r/ },
  { language: 'php', name: 'OTEL_PHP_AUTOLOAD_ENABLED', value: /^\s*true\s*$/i },
];

/**
 * Folders of injectors, which add their agents to all pods of a namespace whatever runs in them. For containers
 * chosen by name there is the annotation, and that counts.
 */
export const injectorFolders = /\/(otel-auto-instrumentation|datadog-lib|newrelic-instrumentation)\b/;

/** Of these, a JVM is started by the program that runs. It inherits our variables, and does not read seconds. */
export const jvmVariables: readonly string[] = ['JAVA_HOME', 'SPARK_HOME', 'PYSPARK_PYTHON', 'PYSPARK_DRIVER_PYTHON'];
