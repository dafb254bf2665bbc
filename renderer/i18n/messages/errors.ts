import type { Messages } from '#renderer/i18n/messages.ts';

/** What each of the engine's error codes means, in a few words; the engine's own sentence stands beside it. */
export const errorMessages = {
  'errors.invalid-argument': { en: 'That can’t be done as asked', es: 'No se puede hacer tal como se pidió' },
  'errors.unauthenticated': { en: 'The registry wants you to sign in', es: 'El registro pide iniciar sesión' },
  'errors.forbidden': { en: 'Not allowed', es: 'No está permitido' },
  'errors.not-found': { en: 'Not found', es: 'No se encontró' },
  'errors.conflict': { en: 'Something stands in the way', es: 'Algo lo impide' },
  'errors.not-modified': { en: 'Nothing to change', es: 'No hay nada que cambiar' },
  'errors.too-large': { en: 'Too large', es: 'Demasiado grande' },
  'errors.out-of-space': { en: 'The disk is full', es: 'El disco está lleno' },
  'errors.corrupt': { en: 'The data is damaged', es: 'Los datos están dañados' },
  'errors.unsupported': { en: 'Not supported here', es: 'No se puede aquí' },
  'errors.unavailable': { en: 'Not reachable', es: 'No se puede alcanzar' },
  'errors.cancelled': { en: 'Cancelled', es: 'Cancelado' },
  'errors.internal': { en: 'Something went wrong', es: 'Algo salió mal' },
} as const satisfies Messages;
