import { onTestFinished } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import type { AgentSpec, Ticket } from '../../../core/contract/ticket.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { createModelServer, type ModelServer } from '../../../twin/models/server.ts'
import type { Runway } from '../runway.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from './given.ts'

/** A runway on which real agents fly, with models that do what the task's plan says. */
export type Sky = { runway: Runway; server: ModelServer; fly: Fly }

export type Flight = {
  report: Report
  head: string | null
  log: string
  file(path: string): Promise<string | null>
  server: ModelServer
}

type Fly = (cli: CliName, plan: readonly string[], wish?: FlightWish) => Promise<Flight>

export type FlightWish = Partial<Omit<Ticket, 'agent'>> & { agent?: Partial<AgentSpec>; key?: string }

let serial = 0

export async function openSky(runway: Runway): Promise<Sky> {
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  return {
    runway,
    server,
    fly: async (cli, plan, { agent, key = REAL_KEY, ...wish } = {}) => {
      const { secrets } = runway.stage.repo.actions
      secrets.set(SECRETS[cli], key)
      const landing = await runway.fly({
        task: `bd-${(0x7000 + serial++).toString(36).padStart(4, 'a')}`,
        goal: ['Do it.', '```model-plan', ...plan, '```'].join('\n'),
        agent: {
          name: cli,
          cli,
          model: MODELS[cli],
          fallback_model: null,
          base_url: baseUrlOf(server, cli),
          secrets: [SECRETS[cli]],
          same_user: false,
          args: [],
          command: null,
          ...agent,
        },
        ...wish,
      })
      const log = await landing.log('work')
      if (landing.report === null) throw new Error(`no report came\n${log}`)
      const { head } = landing.report
      return { report: landing.report, head, log, server, file: path => readFile(runway, head, path) }
    },
  }
}

async function readFile({ app, stage }: Runway, ref: string | null, path: string): Promise<string | null> {
  if (ref === null) return null
  const { data } = await app.rest.repos.getContent({ ...stage.at, path, ref })
  return 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : null
}
