import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Story } from './story.ts'

/** The command as people run it; what it prints. */
export async function chorus(story: Story, args: string[]): Promise<string> {
  const { host } = new URL(story.twin.url)
  const env = {
    PATH: process.env.PATH,
    APP_ID: String(story.app.id),
    PRIVATE_KEY: story.app.privateKey,
    GHE_HOST: host,
    GHE_PROTOCOL: 'http',
  }
  const where = ['--repo', `${story.repo.owner.login}/${story.repo.name}`]
  const { stdout } = await promisify(execFile)(process.execPath, ['cli/main.ts', ...args, ...where], { env })
  return stdout
}
