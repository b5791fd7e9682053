import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import {
  createArtifact,
  finalizeArtifact,
  listArtifacts,
  readContent,
  writeContent,
} from '../artifacts/store.ts'
import { matchesAny } from '../filters.ts'
import { htmlUrl } from '../json.ts'
import { readZip, writeZip } from '../zip.ts'
import type { BuiltIn } from './built-in.ts'

/** actions/upload-artifact, over the same store as the results service. */
export const uploadArtifact: BuiltIn = async (step, inputs) => {
  const { desk } = step.frame
  const { state, repo, run } = desk.entry.live
  const files = findFiles(desk.workspace, inputs.path ?? '')
  if (files.length === 0) {
    const text = `No files were found with the provided path: ${inputs.path}. No artifacts will be uploaded.`
    if (inputs['if-no-files-found'] === 'error') throw new Error(text)
    desk.log.write(`##[warning]${text}`)
    return true
  }
  const root = commonFolder(files, desk.workspace)
  const entries = files.map(file => ({
    name: relative(root, file).split(sep).join('/'),
    content: readFileSync(file),
  }))
  const artifact = createArtifact(state, repo, { runId: run.id, name: inputs.name || 'artifact' })
  writeContent(artifact, writeZip(entries, 6))
  await finalizeArtifact(artifact)
  step.outputs['artifact-id'] = String(artifact.id)
  step.outputs['artifact-digest'] = artifact.digest.replace('sha256:', '')
  step.outputs['artifact-url'] = `${htmlUrl(state, repo)}/actions/runs/${run.id}/artifacts/${artifact.id}`
  desk.log.write(
    `Artifact ${artifact.name} has been successfully uploaded! Final size is ${artifact.size} bytes.`,
  )
  return true
}

function findFiles(workspace: string, paths: string): string[] {
  const patterns = paths
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const found = patterns.flatMap(pattern => {
    const path = isAbsolute(pattern) ? pattern : join(workspace, pattern)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isFile()) return [path]
    return globSync(stat?.isDirectory() ? join(path, '**') : path)
  })
  return [...new Set(found.map(file => resolve(file)))].filter(file => statSync(file).isFile()).sort()
}

/** Paths in the archive start below what all files have in common. */
function commonFolder(files: string[], workspace: string): string {
  let common = dirname(files[0] ?? workspace)
  while (!files.every(file => file.startsWith(common + sep))) common = dirname(common)
  return common
}

/** actions/download-artifact, for artifacts of this run: by name, by ids, by pattern, or all of them. */
export const downloadArtifact: BuiltIn = async (step, inputs) => {
  const { desk } = step.frame
  const { repo, run } = desk.entry.live
  const target = resolve(desk.workspace, inputs.path ?? '.')
  const ids = (inputs['artifact-ids'] ?? '').split(',').map(Number).filter(Boolean)
  const wanted = listArtifacts(repo, run.id).filter(one => {
    if (inputs.name) return one.name === inputs.name
    if (ids.length > 0) return ids.includes(one.id)
    return inputs.pattern ? matchesAny([inputs.pattern], one.name) : true
  })
  if (inputs.name && wanted.length === 0) {
    throw new Error(`Unable to download artifact(s): Artifact not found for name: ${inputs.name}`)
  }
  const flat = Boolean(inputs.name) || ids.length === 1 || inputs['merge-multiple'] === 'true'
  for (const artifact of wanted) {
    for (const entry of readZip(readContent(artifact))) {
      const file = resolve(flat ? target : join(target, artifact.name), entry.name)
      if (!file.startsWith(target)) throw new Error(`Malicious entry: ${entry.name}`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, entry.content)
    }
    desk.log.write(`Artifact ${artifact.name} (ID: ${artifact.id}, Size: ${artifact.size}) downloaded`)
  }
  step.outputs['download-path'] = target
  return true
}
