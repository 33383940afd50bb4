import { defaultSettings } from '../../src/config/settings.ts';
import type { ManifestOptions } from '../../src/manifest/inject.ts';

/** What the tests of manifests inject with, unless they say otherwise. */
export const options: ManifestOptions = {
  settings: defaultSettings,
  stamp: { version: '1.2.3', config: '0badcafe' },
  namespace: 'default',
};
