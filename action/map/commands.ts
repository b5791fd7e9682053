import { cutLine, isManifest, readManifest } from '../../core/paths/manifest.ts'
import type { MapFile } from './files.ts'

const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/
const MOST_MANIFESTS = 25
const MOST_COMMANDS = 20
const DEEPEST = 3

/** Manifests near the root, the nearest first; what CI runs is told by its workflows. */
export function findManifests(files: readonly MapFile[]): MapFile[] {
  const depth = (file: MapFile) => file.path.split('/').length
  return files
    .filter(file => file.bytes < 200_000 && depth(file) <= DEEPEST)
    .filter(file => WORKFLOW.test(file.path) || isManifest(file.path))
    .sort((a, b) => depth(a) - depth(b))
    .slice(0, MOST_MANIFESTS)
}

export function readCommands(path: string, text: string): readonly string[] {
  if (WORKFLOW.test(path)) return readWorkflow(text)
  return readManifest(path, text).map(({ run, does }) => (does === '' ? run : `${run}: ${does}`))
}

function readWorkflow(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?run: (?![|>])(.{1,160})$/gm)].map(match => match[1]!)
  return [...new Set(lines)].slice(0, MOST_COMMANDS).map(line => `CI runs: ${cutLine(line)}`)
}
