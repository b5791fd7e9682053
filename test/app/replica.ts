import { once } from 'node:events'
import { Probot } from 'probot'
import { createProbotClass } from '../../app/server.ts'

export type Part = {
  apiUrl: string
  redisUrl: string
  identity: { appId: number; privateKey: string; webhookSecret: string }
  installation: number
  owner: string
  labels: readonly string[]
}

/** One replica of an app, as a process of its own: what it knows of its pace it knows by Redis. Writes at the second word. */
const [part] = (await once(process, 'message')) as [Part]
const { apiUrl, redisUrl, identity, installation, owner, labels } = part
const { log } = await new Probot({ ...identity, logLevel: 'fatal' }).ready()
const Replica = createProbotClass({ apiUrl, redisUrl }, identity, log)
const octokit = await new Replica().auth(installation)
process.send?.('ready')
await once(process, 'message')
await Promise.all(labels.map(name => octokit.rest.issues.createLabel({ owner, repo: 'demo', name })))
process.exit(0)
