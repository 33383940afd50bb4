import type { CommandSpec } from './command.ts';
import { addSettingsOptions, readSettings, rereadSettings } from './settings.ts';

/** `serve`: runs the webhook until it is told to stop. */
export const serve: CommandSpec = {
  name: 'serve',
  summary: 'run the webhook',
  configure(command) {
    command.option('--standalone', 'run without a cluster, with a development CA of its own');
    command.option('--kubeconfig <file>', 'reach the cluster with this file instead of the pod’s ServiceAccount');
    addSettingsOptions(command);
  },
  async run(options, _args, io) {
    const loaded = await readSettings(options, io);
    if (options['standalone'] === true) {
      const { serveStandalone } = await import('./serve-standalone.ts');
      await serveStandalone(loaded, io);
    } else {
      const { serveInCluster } = await import('./serve-in-cluster.ts');
      const kubeconfig = typeof options['kubeconfig'] === 'string' ? options['kubeconfig'] : undefined;
      await serveInCluster({ loaded, reload: () => rereadSettings(options, io), io, kubeconfig });
    }
    return 0;
  },
};
