import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stage } from '../../twin/demo/stage.ts'

/**
 * `PAGES=folder npm test -- test/stories/…` keeps what people could have looked at in the end: each issue, pull request
 * and run as a page.
 */
export async function keepPages(folder: string, { twin, repo }: Stage): Promise<void> {
  const home = `/${repo.owner.login}/${repo.name}`
  const issues = [...repo.issues.keys()].map(number => `issues/${number}`)
  const runs = [...repo.actions.runs.keys()].map(id => `actions/runs/${id}`)
  mkdirSync(folder, { recursive: true })
  for (const path of ['', ...issues, ...runs]) {
    const page = await fetch(`${twin.url}${home}/${path}`)
    writeFileSync(join(folder, `${path.replaceAll('/', '-') || 'repository'}.html`), await page.text())
  }
}
