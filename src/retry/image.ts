import type { Language } from './language.ts';
import { officialImages, officialPrefixes, vendorImages } from './runtimes.ts';

const official = new Map<string, Language>(
  officialImages.flatMap(({ language, names }) =>
    officialPrefixes.flatMap((prefix) => names.map((name) => [prefix + name, language] as const)),
  ),
);

/** The language of an official runtime image; undefined for every other image, whatever its name contains. */
export function imageLanguage(image: string): Language | undefined {
  const repository = repositoryOf(image);
  return official.get(repository) ?? vendorImages.find((row) => row.repository.test(repository))?.language;
}

/** The image without its digest and tag. A colon before the last slash belongs to a registry's port. */
export function repositoryOf(image: string): string {
  const [name = ''] = image.trim().split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon === -1 ? name : name.slice(0, colon);
}
