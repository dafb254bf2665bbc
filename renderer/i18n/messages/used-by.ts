import type { Messages } from '#renderer/i18n/messages.ts';

export const usedByMessages = {
  'usedBy.failed': { en: 'Who uses it could not be had', es: 'No se pudo saber quién la usa' },
  'usedBy.none': { en: 'Nothing uses it', es: 'Nada la usa' },
  'usedBy.noneText': {
    en: 'No container was made from it, and no other image is built on it.',
    es: 'Ningún contenedor se creó con ella y ninguna otra imagen está hecha sobre ella.',
  },
  'usedBy.containers': { en: 'Containers', es: 'Contenedores' },
  'usedBy.builtOn': { en: 'Images built on it', es: 'Imágenes hechas sobre ella' },
  'usedBy.having': { en: 'Images that have it', es: 'Imágenes que la tienen' },
  'usedBy.running': { en: 'running', es: 'en marcha' },
  'usedBy.stopped': { en: 'stopped', es: 'detenido' },
  'usedBy.trash': { en: 'in the trash', es: 'en la papelera' },
  'usedBy.removed': { en: 'removed', es: 'eliminada' },
  'usedBy.open': { en: 'Used by…', es: 'En uso por…' },
  'usedBy.layerTitle': { en: 'Who has layer {number}', es: 'Quién tiene la capa {number}' },
  'usedBy.prompt': {
    en: '{count, plural, one {An image is} other {# images are}} built on it and {count, plural, one {keeps} other {keep}} its layers: {names}',
    es: '{count, plural, one {Hay una imagen hecha} other {Hay # imágenes hechas}} sobre ella, que {count, plural, one {conserva} other {conservan}} sus capas: {names}',
  },
} as const satisfies Messages;
