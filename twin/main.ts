import { parseArgs } from 'node:util'
import { createModelServer, type ModelServer } from './models/server.ts'
import { createRepo, createUser, tokenFor } from './seed.ts'
import type { Profile } from './state.ts'
import { createTwin, type Twin } from './twin.ts'

const USAGE = `npm run twin [-- OPTIONS]

A GitHub on your machine: REST, GraphQL, git over HTTP, webhooks, Actions. Nothing of it leaves this machine,
and nothing is kept after it ends unless you name a folder.

  --port N        port to listen on (default: a free one)
  --seed S        number that decides all delays and orders (default 1)
  --profile P     dotcom or ghes (default dotcom)
  --lag MS        reads of apps lag writes by up to so many milliseconds (default 0)
  --dir DIR       keep repositories here
  --models        a server of scripted language models as well
`

type Options = {
  port: number
  seed: number
  profile: Profile
  lag: number
  dir: string | undefined
  models: boolean
  help: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string', default: 'dotcom' },
      lag: { type: 'string', default: '0' },
      dir: { type: 'string' },
      models: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { profile } = values
  if (profile !== 'dotcom' && profile !== 'ghes')
    throw new Error(`--profile is dotcom or ghes, not "${profile}"`)
  const { dir, models, help } = values
  return {
    dir,
    models,
    help,
    profile,
    port: readNumber('port', values.port, 65_535),
    seed: readNumber('seed', values.seed),
    lag: readNumber('lag', values.lag),
  }
}

function readNumber(name: string, text: string, most = 2_147_483_647): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number <= most) return number
  throw new Error(`--${name} is a whole number from 0 to ${most}, not "${text}"`)
}

async function main(): Promise<void> {
  const { help, port, seed, profile, lag, dir, models: hasModels } = readOptions()
  if (help) {
    process.stdout.write(USAGE)
    return
  }
  const at = dir === undefined ? {} : { dir }
  const twin = await createTwin({ port, seed, profile, lag: { maxMs: lag }, ...at })
  createUser(twin.state, 'octocat')
  const token = tokenFor(twin.state, 'octocat')
  await createRepo(twin.state, { owner: 'octocat', name: 'hello', private: true })
  process.stdout.write(greeting(twin, token))
  const models = hasModels ? await createModelServer({ seed }) : null
  if (models) process.stdout.write(modelGreeting(models))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.all([twin.close(), models?.close()]).then(() => process.exit(0)))
  }
}

function greeting(twin: Twin, token: string): string {
  const { host } = new URL(twin.url)
  return `
GitHub (${twin.state.profile}) on ${twin.url}

  REST      ${twin.apiUrl}
  GraphQL   ${twin.graphqlUrl}
  admin     ${twin.adminUrl}   faults, clock and limits; GET / lists its doors
  token     ${token}   octocat, owner of octocat/hello

git       git clone http://x-access-token:${token}@${host}/octocat/hello.git
octokit   new Octokit({ baseUrl: '${twin.apiUrl}', auth: '${token}' })
Probot    GHE_HOST=${host} GHE_PROTOCOL=http, then open the page /probot of your app to register it
curl      curl -H 'authorization: token ${token}' ${twin.apiUrl}/repos/octocat/hello

Ctrl-C ends it.
`
}

function modelGreeting(models: ModelServer): string {
  return `
Models on ${models.url}, with any key; they follow the fenced \`model-plan\` block of a prompt

  OpenAI     ${models.openaiUrl}   /responses, /chat/completions
  Anthropic  ${models.anthropicUrl}   /v1/messages
  Gemini     ${models.geminiUrl}   /v1beta/models/NAME:generateContent
  admin      ${models.adminUrl}   plans, keys, requests and usage; GET / lists its doors

`
}

await main().catch(error => {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\nSee: npm run twin -- --help\n`,
  )
  process.exitCode = 2
})
