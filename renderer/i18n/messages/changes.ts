import type { Messages } from '#renderer/i18n/messages.ts';

export const changeMessages = {
  'changes.title': { en: 'Its own layer', es: 'Su propia capa' },
  'changes.tree': { en: 'What the container changed in its files', es: 'Qué cambió el contenedor en sus archivos' },
  'changes.look': { en: 'Look again', es: 'Volver a mirar' },
  'changes.failed': { en: 'The changes could not be read', es: 'No se pudieron leer los cambios' },
  'changes.lost': {
    en: 'Lost when the container is gone for good: {bytes} in {count, plural, one {# entry} other {# entries}}. What is in volumes stays.',
    es: 'Se pierde cuando el contenedor desaparece del todo: {bytes} en {count, plural, one {# entrada} other {# entradas}}. Lo que está en volúmenes queda.',
  },
  'changes.none': { en: 'It has changed nothing', es: 'No ha cambiado nada' },
  'changes.noneText': {
    en: 'Its files are the image’s. What it writes lands here, in a layer of its own on top.',
    es: 'Sus archivos son los de la imagen. Lo que escriba aparecerá aquí, en una capa propia por encima.',
  },
  'changes.previewText': {
    en: 'What differs from the image, the file as it is, and as it was.',
    es: 'Qué difiere de la imagen, el archivo como está y como estaba.',
  },
  'changes.side': { en: 'What is shown of the file', es: 'Qué se muestra del archivo' },
  'changes.side.diff': { en: 'Difference', es: 'Diferencia' },
  'changes.side.now': { en: 'In the container', es: 'En el contenedor' },
  'changes.side.before': { en: 'In the image', es: 'En la imagen' },
  'changes.diffOf': { en: 'Difference of {path}', es: 'Diferencia de {path}' },
  'changes.lineAdded': { en: 'added:', es: 'añadida:' },
  'changes.lineRemoved': { en: 'removed:', es: 'quitada:' },
} as const satisfies Messages;
