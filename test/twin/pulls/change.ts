import { commitFiles } from '../../../twin/seed.ts'
import type { Stage } from '../stage.ts'

/** Pushes files to a branch as someone, without a pull request. */
export function push(
  stage: Stage,
  branch: string,
  files: Record<string, string | null>,
  login = 'ada',
): Promise<string> {
  const message = `change ${Object.keys(files).join(', ')}`
  return commitFiles(stage.twin.state, stage.repo, { branch, files, message, login })
}

/** A branch with one file and its pull request; mergeability is settled. */
export async function propose(
  stage: Stage,
  branch: string,
  extra: { title?: string; body?: string; draft?: boolean; base?: string } = {},
): Promise<{ number: number; sha: string }> {
  const sha = await push(stage, branch, { [`${branch}.txt`]: `${branch}\n` })
  const { data } = await stage
    .as('ada')
    .rest.pulls.create({ ...stage.at, head: branch, base: 'main', title: branch, ...extra })
  await stage.twin.quiet()
  return { number: data.number, sha }
}
