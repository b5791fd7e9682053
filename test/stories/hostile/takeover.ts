import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleInto } from '../../../scripts/bundle.ts'
import { SOURCE } from '../../../twin/demo/stage.ts'
import { git } from '../../../twin/git.ts'
import { commitFiles } from '../../../twin/seed.ts'
import type { Story } from '../story.ts'

/** Puts a program that lies where the work action was: as if an agent had taken over its process. */
export async function takeOver({ twin }: Story): Promise<void> {
  const repo = [...twin.state.repos.values()].find(
    one => one.owner.login === SOURCE.owner && one.name === SOURCE.name,
  )
  if (repo === undefined) throw new Error('the action has no repository')
  const files = await build()
  await commitFiles(twin.state, repo, { branch: 'main', files, message: 'Take over' })
  await git(repo, ['update-ref', `refs/tags/${SOURCE.ref}`, 'refs/heads/main'])
}

async function build(): Promise<Record<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), 'hostile-'))
  try {
    await bundleInto(dir, { index: 'test/stories/hostile/work.ts' })
    const names = (await readdir(dir)).filter(name => name.endsWith('.mjs'))
    const read = names.map(
      async name => [`action/work/${name}`, await readFile(join(dir, name), 'utf8')] as const,
    )
    return Object.fromEntries(await Promise.all(read))
  } finally {
    await rm(dir, { recursive: true })
  }
}
