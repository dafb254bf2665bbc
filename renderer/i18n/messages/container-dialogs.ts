import type { Messages } from '#renderer/i18n/messages.ts';

/** Dialogs of the container page: other limits, an image of it. */
export const containerDialogMessages = {
  'container.limitsMenu': { en: 'Change limits…', es: 'Cambiar límites…' },
  'container.limitsTitle': { en: 'Limits of {name}', es: 'Límites de {name}' },
  'container.limitsText': {
    en: 'They hold at once, also while it runs.',
    es: 'Valen de inmediato, también mientras se ejecuta.',
  },
  'container.limitsAction': { en: 'Change', es: 'Cambiar' },
  'container.limitsChanged': { en: 'The limits are changed', es: 'Los límites se cambiaron' },
  'container.limitProblem.bad-memory': { en: 'Not a size such as 512m or 2g.', es: 'No es un tamaño como 512m o 2g.' },
  'container.limitProblem.memory-stays': {
    en: 'A limit of memory can be made larger, but not be taken away.',
    es: 'Un límite de memoria se puede ampliar, pero no quitar.',
  },
  'container.limitProblem.bad-cpus': {
    en: 'A number above 0, such as 1.5.',
    es: 'Un número mayor que 0, como 1.5.',
  },
  'container.limitProblem.bad-count': { en: 'A whole number.', es: 'Un número entero.' },
  'container.commitMenu': { en: 'Make an image of it…', es: 'Crear una imagen de él…' },
  'container.commitTitle': { en: 'An image of {name}', es: 'Una imagen de {name}' },
  'container.commitText': {
    en: 'The layers of its image, and one more with what the container has changed. Volumes are not in it.',
    es: 'Las capas de su imagen y una más con lo que el contenedor ha cambiado. Los volúmenes no se incluyen.',
  },
  'container.commitReference': { en: 'Name of the image', es: 'Nombre de la imagen' },
  'container.commitReferenceHelp': {
    en: 'Left empty, it has its hash only.',
    es: 'Si se deja vacío, solo tendrá su hash.',
  },
  'container.commitComment': { en: 'Comment', es: 'Comentario' },
  'container.commitAuthor': { en: 'Author', es: 'Autor' },
  'container.commitChanges': { en: 'Instructions', es: 'Instrucciones' },
  'container.commitChangesHelp': {
    en: 'CMD, ENV, EXPOSE, LABEL and so on, as a Dockerfile has them, one a line.',
    es: 'CMD, ENV, EXPOSE, LABEL, etc., como en un Dockerfile, una por línea.',
  },
  'container.commitPause': {
    en: 'Its processes stand still meanwhile',
    es: 'Sus procesos se detienen mientras tanto',
  },
  'container.commitAction': { en: 'Make the image', es: 'Crear la imagen' },
  'container.committed': { en: '{image} is made', es: '{image} creada' },
  'container.committedLook': { en: 'Look inside', es: 'Ver por dentro' },
} as const satisfies Messages;
