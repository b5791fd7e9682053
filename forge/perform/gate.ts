import type { Annotation } from '../../core/check.ts'
import { GATE_CHECK } from '../../core/names.ts'
import { writeHeldGate } from '../../core/words/gate.ts'
import type { Sha } from '../../core/world.ts'
import { toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { noteGate } from '../observe/gate.ts'
import type { CheckRunWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

export type GateText = Pick<Do<'gate'>, 'conclusion' | 'title' | 'summary' | 'key' | 'annotations'>

/** GitHub's limits: of a title in characters, of the rest in bytes. */
const TITLE = 255
const SUMMARY = 65_535
const MESSAGE = 65_535

export async function gate(forge: Forge, effect: Do<'gate'>): Promise<{ check: number }> {
  const check = await setGate(forge, effect)
  // A stranger's head is done with; the next pass need not ask.
  if (effect.task === null && effect.conclusion !== null) forge.memory.gated.set(effect.head, true)
  return { check }
}

/** Writes the gate of a head: a new check run when `check` is null. Its id. */
export async function setGate(
  forge: Forge,
  at: GateText & { head: Sha; check: number | null },
): Promise<number> {
  const fields = {
    name: GATE_CHECK,
    external_id: at.key,
    ...(at.conclusion === null
      ? { status: 'in_progress' }
      : { status: 'completed', conclusion: at.conclusion }),
    output: {
      title: at.title.slice(0, TITLE).toWellFormed(),
      summary: fit(at.summary, SUMMARY),
      ...(at.annotations === undefined ? {} : { annotations: at.annotations.map(toWire) }),
    },
  }
  const made =
    at.check === null
      ? await write<CheckRunWire>(forge, 'POST /repos/{owner}/{repo}/check-runs', {
          ...fields,
          head_sha: at.head,
        })
      : await write<CheckRunWire>(forge, 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...fields,
          check_run_id: at.check,
        })
  noteGate(forge, at.head, made)
  return made.id
}

/** A completed check run is not opened again: a new one of the same name takes its place. Never throws. */
export async function takeBackGate(
  forge: Forge,
  { pull, head, why }: { pull: number; head: Sha; why: string },
): Promise<void> {
  try {
    await setGate(forge, { ...writeHeldGate(why), head, check: null, conclusion: null, key: 'taken back' })
  } catch (error) {
    // The failure before it is what the caller must hear of; the next pass sees a green gate and judges it anew.
    forge.log.warn({ fault: toFault(error), pull }, 'the gate could not be taken back')
  }
}

/** Refused as too long, or for half a character, a gate would never be there. @param most bytes */
function fit(text: string, most: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text.toWellFormed()
  let end = most
  // Not within a character: its further bytes begin with the bits 10.
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end).toString()
}

function toWire({ path, line, message }: Annotation): object {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: 'failure',
    message: fit(message, MESSAGE),
  }
}
