import type { Language } from './language.ts';
import { mirrorFolders, officialImages, vendorImages } from './runtimes.ts';

/** What an image is known to hold. */
export interface RuntimeImage {
  language: Language;
  /** The image without its digest and tag. */
  repository: string;
  /** The runtime that it starts with the container's arguments. Absent: it runs them as a command. */
  entrypoint?: string;
}

const official = new Map<string, Language>(
  officialImages.flatMap(({ language, runtimes, apps }) => [...runtimes, ...apps].map((name) => [name, language])),
);

/** An official image, or a mirror's copy of one. Undefined for every other image, whatever its name contains. */
export function runtimeImage(image: string): RuntimeImage | undefined {
  const repository = repositoryOf(image);
  const path = repository.split('/');
  const language = official.get(path.pop() ?? '');
  if (language !== undefined && isOfficial(path)) return { language, repository };
  const row = vendorImages.find((vendor) => vendor.repository.test(repository));
  return row && { language: row.language, repository, ...(row.entrypoint && { entrypoint: row.entrypoint }) };
}

/** `node`, `library/node`, `docker.io/node`, `mirror.gcr.io/library/node`, `registry.example.com:5000/hub/library/node`. */
function isOfficial(folders: readonly string[]): boolean {
  const [registry, ...rest] = folders;
  if (registry === undefined) return true;
  if (rest.length === 0) return registry === 'library' || registry === 'docker.io';
  return (
    /^localhost$|[.:]/.test(registry) && mirrorFolders.some((folder) => `/${rest.join('/')}`.endsWith(`/${folder}`))
  );
}

// A colon before the last slash belongs to a registry's port.
function repositoryOf(image: string): string {
  const [name = ''] = image.trim().split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon === -1 ? name : name.slice(0, colon);
}
