import { Octokit } from '@octokit/rest'
import type { App } from '../../../twin/apps/state.ts'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { createRepo, installApp, registerApp, tokenFor } from '../../../twin/seed.ts'
import type { Happening, Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'

export type Site = {
  twin: Twin
  repo: Repo
  app: App
  /** The owner's client, and the app's. */
  owner: Octokit
  bot: Octokit
  botToken: string
  happened: Happening[]
  /** Posts to GraphQL as the app and gives the whole answer. */
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<GraphqlBody>
  close(): Promise<void>
}

export type GraphqlBody = {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is whatever the test asked for
  data?: any
  errors?: { type?: string; message: string; path?: (string | number)[] }[]
}

const ALL = { contents: 'write', issues: 'write', pull_requests: 'write', checks: 'write' } as const

/** A twin with one repository of some files, its owner `ada` and an installed app. */
export async function openSite(
  options: {
    files?: Record<string, string>
    permissions?: Record<string, 'read' | 'write'>
    private?: boolean
  } = {},
): Promise<Site> {
  const twin = await createTwin({ seed: 7 })
  const { state } = twin
  const happened: Happening[] = []
  state.listeners.push(one => happened.push(one))
  const ownerToken = tokenFor(state, 'ada')
  const files = options.files ?? { 'README.md': '# demo\n', 'src/a.ts': 'one\ntwo\nthree\n' }
  const repo = await createRepo(state, {
    owner: 'ada',
    name: 'demo',
    files,
    private: options.private ?? false,
  })
  const permissions = options.permissions ?? ALL
  const app = registerApp(state, { name: 'Helper', permissions, events: [], owner: 'ada' })
  const installation = installApp(state, app, 'ada', [repo])
  const botToken = mintToken(state, {
    installationId: installation.id,
    permissions,
    repositoryIds: [repo.id],
  }).token
  const client = (auth: string) =>
    new Octokit({ auth, baseUrl: twin.apiUrl, log: { debug() {}, info() {}, warn() {}, error() {} } })
  return {
    twin,
    repo,
    app,
    owner: client(ownerToken),
    bot: client(botToken),
    botToken,
    happened,
    ask: async (query, variables = {}, token = botToken) => {
      const answer = await fetch(twin.graphqlUrl, {
        method: 'POST',
        headers: { authorization: `bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      })
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
      return (await answer.json()) as GraphqlBody
    },
    close: () => twin.close(),
  }
}

export const AT = { owner: 'ada', repo: 'demo' }

/** Commits files on a branch through REST and gives the new commit's id. */
export async function commit(
  client: Octokit,
  wish: { branch: string; from?: string; files: Record<string, string>; message?: string },
): Promise<string> {
  const start = wish.from ?? wish.branch
  const base = await client.git.getRef({ ...AT, ref: `heads/${start}` })
  const parent = base.data.object.sha
  const tree = await client.git.createTree({
    ...AT,
    base_tree: parent,
    tree: Object.entries(wish.files).map(([path, content]) => ({
      path,
      mode: '100644' as const,
      type: 'blob' as const,
      content,
    })),
  })
  const made = await client.git.createCommit({
    ...AT,
    message: wish.message ?? `change ${Object.keys(wish.files).join(' ')}`,
    tree: tree.data.sha,
    parents: [parent],
  })
  const { sha } = made.data
  if (wish.from === undefined) await client.git.updateRef({ ...AT, ref: `heads/${wish.branch}`, sha })
  else await client.git.createRef({ ...AT, ref: `refs/heads/${wish.branch}`, sha })
  return sha
}
