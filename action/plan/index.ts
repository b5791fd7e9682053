import { join } from 'node:path'
import type { Planner } from '../../core/planning/document.ts'
import { archiveOf, clientOf } from '../claim.ts'
import { type PlanInputs, readPlanInputs } from '../inputs.ts'
import { type AgentJob, deliverEnd, runJob } from '../job.ts'
import { writeOutputs, writeSummary } from '../joblog.ts'
import { type Renewed, renewMap } from '../map/kept.ts'
import type { Sources } from '../planning/papers.ts'
import { PLANNER_PARCEL, packDocument, unpackDocument } from '../planning/parcel.ts'
import { runPlanner } from '../planning/planner.ts'
import { synthesise } from '../planning/synthesis.ts'
import { HandoverRefused, takeFiles } from '../unpack.ts'
import { handOver } from '../upload.ts'

/** The `plan` action: one of the three planners, or the synthesis of what they wrote. */
process.exitCode = await runJob(readPlanInputs(), ['plan'], job => {
  const { role } = job.inputs
  return role === 'synthesis' ? makePlan(job) : makeDocument(job, role)
})

async function makeDocument(job: AgentJob<PlanInputs>, role: Planner): Promise<void> {
  const { inputs, plan, log } = job
  const { note, document } = await runPlanner({ ...plan, role, map: () => takeMap(job) })
  const parcel = await packDocument(join(plan.isolation.dir, 'parcel'), note, document)
  const { task, attempt } = plan.ticket
  const handedOver = await handOver(`chorus-${task}-${attempt}-${role}`, parcel)
  await writeOutputs(inputs.files.output, { outcome: note.outcome, ...handedOver })
  log.line(note.summary)
  await writeSummary(inputs.files.summary, note.summary)
}

async function makePlan(job: AgentJob<PlanInputs>): Promise<void> {
  const sources = await takeDocuments(job.inputs)
  await synthesise({ ...job.plan, sources, map: () => takeMap(job) }, end => deliverEnd(job, end))
}

function takeMap({ inputs, plan: { store, start, ticket } }: AgentJob<PlanInputs>): Promise<Renewed> {
  return renewMap(archiveOf(inputs, store), start, ticket.planning?.map ?? null)
}

async function takeDocuments(inputs: PlanInputs): Promise<Sources> {
  const client = clientOf(inputs)
  const take = async (role: Planner) => {
    try {
      const files = await takeFiles(client, { ...inputs, ...inputs.documents[role] }, PLANNER_PARCEL)
      return files === null ? null : unpackDocument(files, role)
    } catch (error) {
      if (error instanceof HandoverRefused) return null
      throw error
    }
  }
  const [spec, architecture, qa] = await Promise.all([take('spec'), take('architecture'), take('qa')])
  return { spec, architecture, qa }
}
