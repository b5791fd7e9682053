import { printWithout } from '../../core/merge/tips.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { Do } from './effect.ts'
import { show } from './pull.ts'
import { readRef } from './refs.ts'
import { begin, findAll, giveUp, isMade, takeOut } from './revert.ts'

/** Made as what takes a landing back is, but on the tip as it was. What git cannot make is remembered: the same will never do. */
export async function leaveOut(forge: Forge, effect: Do<'leave-out'>): Promise<{ pull: number }> {
  const { branch, tip, landed } = effect
  const there = await readRef(forge, branch)
  if (there === null || !(await isMade(forge, effect, there))) {
    const key = printWithout(
      tip,
      landed.map(({ sha }) => sha),
    )
    const out = await findAll(forge, landed, tip)
    if (out === null) {
      forge.memory.collisions.add(key)
      return fail({ is: 'stale', why: `what is to be left out is not found below ${tip}` })
    }
    await begin(forge, effect, { there, onto: tip })
    try {
      await takeOut(forge, effect, { onto: tip, out })
    } catch (error) {
      if (statusOf(error) !== 409) throw error
      forge.memory.collisions.add(key)
      await giveUp(forge, branch, tip)
      fail({ is: 'stale', why: `${tip} cannot be made without ${landed.map(({ sha }) => sha).join(', ')}` })
    }
  }
  return { pull: await show(forge, effect) }
}
