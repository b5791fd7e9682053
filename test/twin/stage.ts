import { Octokit } from '@octokit/rest'
import { mintToken } from '../../twin/apps/tokens.ts'
import { addCollaborator, createRepo, installApp, registerApp, tokenFor } from '../../twin/seed.ts'
import type { Happening, Repo } from '../../twin/state.ts'
import { createTwin, type Twin, type TwinOptions } from '../../twin/twin.ts'

/** A twin with one repository, a few people, and an ear on everything that happens in it. */
export type Stage = {
  twin: Twin
  repo: Repo
  at: { owner: string; repo: string }
  as(login: string): Octokit
  /** An app installed on the repository's owner, acting for itself. */
  app(name: string, permissions: Record<string, 'read' | 'write'>): Octokit & { appId: number }
  heard: Happening[]
  /** `event.action` of everything heard since the last call. */
  news(): string[]
}

export async function setStage(
  options: TwinOptions & { files?: Record<string, string> } = {},
): Promise<Stage> {
  const twin = await createTwin(options)
  const { state } = twin
  const files = options.files ?? { 'README.md': '# demo\n' }
  const repo = await createRepo(state, { owner: 'ada', name: 'demo', files })
  addCollaborator(state, repo, 'bob', 'write')
  addCollaborator(state, repo, 'tim', 'triage')
  const heard: Happening[] = []
  state.listeners.push(happening => heard.push(happening))
  const client = (auth: string) =>
    new Octokit({ auth, baseUrl: twin.apiUrl, log: { debug() {}, info() {}, warn() {}, error() {} } })
  let told = 0
  return {
    twin,
    repo,
    at: { owner: 'ada', repo: 'demo' },
    as: login => client(tokenFor(state, login)),
    app: (name, permissions) => {
      const app = registerApp(state, { name, permissions, events: [], owner: 'ada' })
      const installation = installApp(state, app, 'ada')
      const token = mintToken(state, { installationId: installation.id, permissions, repositoryIds: null })
      return Object.assign(client(token.token), { appId: app.id })
    },
    heard,
    news: () => {
      const fresh = heard.slice(told).map(each => [each.event, each.action].filter(Boolean).join('.'))
      told = heard.length
      return fresh
    },
  }
}

/** The status and message of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await call
  } catch (error) {
    const { status, message } = error as { status: number; message: string }
    return { status, message }
  }
  throw new Error('the call was expected to fail')
}
