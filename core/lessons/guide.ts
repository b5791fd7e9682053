import type { Config } from '../config/config.ts'
import type { Command } from '../paths/manifest.ts'
import type { Ruling } from '../people/ruling.ts'
import type { TaskFacts } from '../world.ts'

/** The file that tells agents how to work in a repository, and whether Chorus offers one. */

export const GUIDE_PATH = 'AGENTS.md'

/** Known where one may be offered now: what its manifests say of building and testing. */
export type GuideFact = { manifests: readonly { path: string; commands: readonly Command[] }[] }

/** By whatever program it is read, and however it is written: who has one of these has thought of it. */
const GUIDES = [
  /^(?:\.github\/|\.claude\/|docs\/)?(?:agents?|claude|gemini|qwen)(?:\.\w+)?\.(?:mdx?|markdown|rst|txt)$/i,
  /^\.github\/(?:copilot-instructions\.md$|instructions\/)/i,
  /^\.(?:cursorrules|windsurfrules|clinerules)(?:$|\/)|^\.cursor\/rules\//i,
]

export function isGuide(path: string): boolean {
  return GUIDES.some(pattern => pattern.test(path))
}

type Given = {
  /** Every path of the default branch. */
  paths: Iterable<string>
  config: Config
  ruling: Pick<Ruling, 'paused' | 'stopped'>
  tasks: readonly TaskFacts[]
}

/**
 * Does this repository have no such file, and is it time to say so? Only once Chorus has shown work of its own here: being
 * installed is no wish for anything, and a first attempt should not wait for this.
 */
export function lacksGuide({ paths, config, ruling, tasks }: Given): boolean {
  if (!config.agents_md || ruling.paused !== null || ruling.stopped !== null) return false
  if (!tasks.some(({ pull }) => pull?.ours === true)) return false
  // A task may be about this very file.
  const brings = tasks.some(
    ({ pull }) => pull?.state === 'open' && pull.changes?.some(({ path }) => isGuide(path)),
  )
  if (brings) return false
  for (const path of paths) if (isGuide(path)) return false
  return true
}
