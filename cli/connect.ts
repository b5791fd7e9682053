import { Probot } from 'probot'
import { systemClock } from '../app/clock.ts'
import { createOctokitClass } from '../app/octokit.ts'
import { createPacing } from '../app/pacing.ts'
import { printProblem } from '../core/contract/problem.ts'
import { type AppClient, findInstallation, type Installation, readSelf } from '../forge/apps.ts'
import { fail, isUnanswered, statusOf } from '../forge/fault.ts'
import { createForge, type Forge } from '../forge/forge.ts'
import { requestPolicy } from '../forge/policy.ts'
import { createSeals } from '../forge/seal.ts'
import { type CliEnv, readCliEnv } from './env.ts'
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
  const app = await introduce(asApp, env.value)
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

/** The first thing that is asked of GitHub: what a wrong setting breaks, it breaks here. */
async function introduce(asApp: AppClient, { appId, apiUrl }: CliEnv): ReturnType<typeof readSelf> {
  try {
    return await readSelf(asApp)
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/ - https:\S+$/, '')
    if (isUnanswered(error)) fail({ is: 'stale', why: `${apiUrl} cannot be reached (${why}). ${UNREACHED}` })
    if (![401, 404].includes(statusOf(error) ?? 0)) throw error
    fail({
      is: 'denied',
      permission: null,
      why: `GitHub knows no app ${appId} with this key (${why}). APP_ID and PRIVATE_KEY have to be of the same app, and the key must not have been deleted on the app’s page`,
    })
  }
}

const UNREACHED =
  'Look at the network of this machine; behind a proxy set NODE_USE_ENV_PROXY=1 beside HTTPS_PROXY, for an Enterprise Server GHE_HOST'

function parseRepository(text: string): { owner: string; name: string } {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(text)
  if (match === null) throw new UsageError(`--repo must be OWNER/NAME; found "${text}"`)
  return { owner: match[1]!, name: match[2]! }
}
