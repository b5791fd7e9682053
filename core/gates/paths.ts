import { trimLast } from '../text/clean.ts'
import type { FileChange } from '../world.ts'

/** Every path that a change touches, on either side of a rename, each once. */
export function touchedPaths(changes: readonly FileChange[]): string[] {
  return [
    ...new Set(changes.flatMap(({ path, previous }) => (previous === null ? [path] : [path, previous]))),
  ]
}

/** The path and every folder above it: what protects a folder protects what is in it. */
export function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

/**
 * How file systems that are less exact than git would read it: no case, no compatibility forms, no invisible
 * characters, no dots or blanks at the end of a name.
 */
export function foldPath(path: string): string {
  return path
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .toLowerCase()
    .split('/')
    .map(name => trimLast(name, '. ') || name)
    .join('/')
}

const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|zst|7z|jar|war|wasm|woff2?|ttf|otf|eot|mp[34]|m4a|ogg|wav|webm|mov|avi|so|dylib|dll|exe|bin|class|pyc|sqlite|db)$/i

/** By name only; what is inside was counted in bytes. */
export function looksBinary(path: string): boolean {
  return BINARY.test(path)
}
