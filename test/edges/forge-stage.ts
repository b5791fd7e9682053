import { Octokit } from '@octokit/rest'
import { printCallerHeader, RECEIPT_TITLE } from '../../core/names.ts'
import { createClient } from '../../forge/client.ts'
import { createForge, type Forge } from '../../forge/forge.ts'
import { createSeals } from '../../forge/seal.ts'
import { mintToken } from '../../twin/apps/tokens.ts'
import { addCollaborator, createRepo, installApp, registerApp, tokenFor } from '../../twin/seed.ts'
import type { Repo } from '../../twin/state.ts'
import { createTwin, type Twin, type TwinOptions } from '../../twin/twin.ts'

export const PERMISSIONS = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  statuses: 'read',
} as const

/** A caller whose run vouches for nothing: here only forge is looked at. */
const CALLER = `${printCallerHeader(1)}
name: chorus
run-name: \${{ inputs.title }}
on:
  workflow_dispatch:
    inputs:
      claim: { type: string, required: true }
      title: { type: string, required: true }
permissions: { contents: read }
jobs:
  deliver:
    runs-on: ubuntu-latest
    steps:
      - run: 'echo "::notice title=${RECEIPT_TITLE}::attempt=none report=0123456789012345678901234567890123456789"'
`

export const FILES = {
  'README.md': '# demo\n',
  'AGENTS.md': '# How to work here\n',
  'src/a.js': 'export const a = 1\n',
  '.github/chorus.yml': 'default_agent: codex\n',
  '.github/workflows/chorus.yml': CALLER,
}

export type ForgeStage = {
  twin: Twin
  repo: Repo
  at: { owner: string; repo: string }
  forge: Forge
  /** A second controller of the same app, which remembers nothing. */
  another(): Forge
  as(login: string): Octokit
  /** Counted requests of the app since the last call. */
  counted(): string[]
}

export async function setForgeStage(
  options: TwinOptions & { files?: Record<string, string> } = {},
): Promise<ForgeStage> {
  const twin = await createTwin(options)
  const { state } = twin
  const repo = await createRepo(state, { owner: 'ada', name: 'demo', files: options.files ?? FILES })
  addCollaborator(state, repo, 'tim', 'triage')
  addCollaborator(state, repo, 'bob', 'write')
  const app = registerApp(state, { name: 'chorus', permissions: PERMISSIONS, events: [], owner: 'ada' })
  const installation = installApp(state, app, 'ada')
  const { token } = mintToken(state, {
    installationId: installation.id,
    permissions: PERMISSIONS,
    repositoryIds: null,
  })
  const seals = createSeals(app.privateKey)
  const another = () =>
    createForge({
      octokit: createClient({ token, baseUrl: twin.apiUrl }),
      owner: 'ada',
      repo: 'demo',
      app: { id: app.id, login: `${app.slug}[bot]` },
      seals,
    })
  let seen = 0
  return {
    twin,
    repo,
    at: { owner: 'ada', repo: 'demo' },
    forge: another(),
    another,
    as: login =>
      new Octokit({
        auth: tokenFor(state, login),
        baseUrl: twin.apiUrl,
        log: { debug() {}, info() {}, warn() {}, error() {} },
      }),
    counted: () => {
      const fresh = twin.requests.slice(seen)
      seen = twin.requests.length
      return fresh
        .filter(request => request.counted && request.actor.startsWith('installation'))
        .map(request => `${request.status} ${request.method} ${request.path}`)
    },
  }
}
