import { Probot } from 'probot'
import { systemClock } from '../app/clock.ts'
import { createOctokitClass } from '../app/octokit.ts'
import { createPacing } from '../app/pacing.ts'
import { printProblem } from '../core/contract/problem.ts'
import { findInstallation, type Installation, readSelf } from '../forge/apps.ts'
import { createForge, type Forge } from '../forge/forge.ts'
import { requestPolicy } from '../forge/policy.ts'
import { createSeals } from '../forge/seal.ts'
import { readCliEnv } from './env.ts'
import { UsageError } from './outcome.ts'

export type Connection = { forge: Forge; installation: Installation }

/** The app's view of one repository. Throws `UsageError` for missing settings or where the app is not installed. */
export async function connect(repository: string): Promise<Connection> {
  const { owner, name } = parseRepository(repository)
  const env = readCliEnv()
  if (!env.ok) throw new UsageError(env.problems.map(printProblem).join('\n'))
  const { appId, privateKey, formerKey, apiUrl } = env.value
  const Octokit = createOctokitClass(false)
  const probot = new Probot({ appId, privateKey, baseUrl: apiUrl, logLevel: 'fatal', Octokit })
  const asApp = await probot.auth()
  requestPolicy(asApp)
  const app = await readSelf(asApp)
  const installation = await findInstallation(asApp, { owner, name })
  if (installation === null) {
    throw new UsageError(
      `${app.login.replace('[bot]', '')} is not installed on ${owner}/${name}, or there is no such repository`,
    )
  }
  const octokit = await probot.auth(installation.id)
  requestPolicy(octokit)
  const lane = createPacing(systemClock).lane(installation.id, 0)
  octokit.hook.wrap('request', (request, asked) => lane.run(asked, async () => request(asked)))
  const forge = createForge({ octokit, owner, repo: name, app, seals: createSeals(privateKey, formerKey) })
  return { forge, installation }
}

function parseRepository(text: string): { owner: string; name: string } {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(text)
  if (match === null) throw new UsageError(`--repo must be OWNER/NAME; found "${text}"`)
  return { owner: match[1]!, name: match[2]! }
}
